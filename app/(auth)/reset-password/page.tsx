import { ResetPassword } from '../../components/auth/reset-password';
import { titled } from '../../components/page-names.server';

export const generateMetadata = titled('resetPassword');

export default function Page() {
  return <ResetPassword />;
}
