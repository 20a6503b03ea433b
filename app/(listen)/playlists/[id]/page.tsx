import { assertThere, titledByName } from '../../../components/page-names.server';
import { PlaylistPage } from '../../../components/playlists/playlist-page';

export const generateMetadata = titledByName('playlists');

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  await assertThere('playlists', id);
  return <PlaylistPage id={id} />;
}
