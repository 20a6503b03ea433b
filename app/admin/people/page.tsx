import { People } from '../../components/admin/people';
import { titled } from '../../components/page-names.server';

export const generateMetadata = titled('admin');

export default function Page() {
  return <People />;
}
