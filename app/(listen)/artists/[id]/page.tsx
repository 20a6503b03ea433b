import { ArtistPage } from '../../../components/library/artist-page';
import { titled } from '../../../components/page-title';

export const generateMetadata = titled('artists');

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <ArtistPage id={(await params).id} />;
}
