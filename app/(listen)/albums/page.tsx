import { Albums } from '../../components/library/browse';
import { titled } from '../../components/page-names.server';

export const generateMetadata = titled('albums');

export default function Page() {
  return <Albums />;
}
