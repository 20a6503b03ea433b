import { Tracks } from '../../components/library/tracks';
import { titled } from '../../components/page-names.server';

export const generateMetadata = titled('tracks');

export default function Page() {
  return <Tracks />;
}
