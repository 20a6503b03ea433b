import { AlbumPage } from '../../../components/library/album-page';
import { assertThere, titledByName } from '../../../components/page-names.server';

export const generateMetadata = titledByName('albums');

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  await assertThere('albums', id);
  return <AlbumPage id={id} />;
}
