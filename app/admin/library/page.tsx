import { AdminLibrary } from '../../components/admin/admin-library';
import { titled } from '../../components/page-names.server';

export const generateMetadata = titled('admin');

export default function Page() {
  return <AdminLibrary />;
}
