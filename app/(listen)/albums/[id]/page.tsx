import { AlbumPage } from '../../../components/library/album-page';
import { titled } from '../../../components/page-title';

export const generateMetadata = titled('albums');

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <AlbumPage id={(await params).id} />;
}
