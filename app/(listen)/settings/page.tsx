import { titled } from '../../components/page-names.server';
import { Settings } from '../../components/settings/settings';

export const generateMetadata = titled('settings');

export default function Page() {
  return <Settings />;
}
