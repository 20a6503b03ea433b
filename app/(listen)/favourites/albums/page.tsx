import { FavouritesPage } from '../../../components/marks/favourites-page';
import { titled } from '../../../components/page-names.server';

export const generateMetadata = titled('favourites');

export default function Page() {
  return <FavouritesPage kind="album" />;
}
