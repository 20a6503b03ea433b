import { titled } from '../../../components/page-title';
import { PlaylistPage } from '../../../components/playlists/playlist-page';

export const generateMetadata = titled('playlists');

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <PlaylistPage id={(await params).id} />;
}
