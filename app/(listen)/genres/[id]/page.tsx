import { GenrePage } from '../../../components/library/genre-page';
import { assertThere, titledByName } from '../../../components/page-names.server';

export const generateMetadata = titledByName('genres');

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  await assertThere('genres', id);
  return <GenrePage id={id} />;
}
