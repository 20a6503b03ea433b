import { SearchPage } from '../../components/library/search-page';
import { titled } from '../../components/page-names.server';

export const generateMetadata = titled('search');

export default function Page() {
  return <SearchPage />;
}
