import { Services } from '../../components/admin/services';
import { titled } from '../../components/page-names.server';

export const generateMetadata = titled('admin');

export default function Page() {
  return <Services />;
}
