import { Overview } from '../components/admin/overview';
import { titled } from '../components/page-names.server';

export const generateMetadata = titled('admin');

export default function Page() {
  return <Overview />;
}
