import { ConnectApps } from '../../../components/apps/connect-apps';
import { titled } from '../../../components/page-names.server';

export const generateMetadata = titled('apps');

export default function Page() {
  return <ConnectApps />;
}
