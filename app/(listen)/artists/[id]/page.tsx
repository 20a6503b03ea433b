import { ArtistPage } from '../../../components/library/artist-page';
import { assertThere, titledByName } from '../../../components/page-names.server';

export const generateMetadata = titledByName('artists');

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  await assertThere('artists', id);
  return <ArtistPage id={id} />;
}
