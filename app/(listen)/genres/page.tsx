import { Genres } from '../../components/library/genres';
import { titled } from '../../components/page-names.server';

export const generateMetadata = titled('genres');

export default function Page() {
  return <Genres />;
}
