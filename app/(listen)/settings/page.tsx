import { titled } from '../../components/page-title';
import { Settings } from '../../components/settings/settings';

export const generateMetadata = titled('settings');

export default function Page() {
  return <Settings />;
}
