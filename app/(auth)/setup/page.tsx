import { Setup } from '../../components/auth/setup';
import { titled } from '../../components/page-names.server';

export const generateMetadata = titled('setup');

export default function Page() {
  return <Setup />;
}
