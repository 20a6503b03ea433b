import { Albums } from '../../components/library/albums';
import { titled } from '../../components/page-title';

export const generateMetadata = titled('albums');

export default function Page() {
  return <Albums />;
}
