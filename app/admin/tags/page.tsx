import { AdminTags } from '../../components/admin/admin-tags';
import { titled } from '../../components/page-names.server';

export const generateMetadata = titled('admin');

export default function Page() {
  return <AdminTags />;
}
