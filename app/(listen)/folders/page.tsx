import { Folders } from '../../components/library/folders';
import { titled } from '../../components/page-names.server';

export const generateMetadata = titled('folders');

export default function Page() {
  return <Folders />;
}
