import { AccountSettings } from '../../../components/account/account-settings';
import { titled } from '../../../components/page-names.server';

export const generateMetadata = titled('account');

export default function Page() {
  return <AccountSettings />;
}
