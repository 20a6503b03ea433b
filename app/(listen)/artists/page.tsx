import { Artists } from '../../components/library/artists';
import { titled } from '../../components/page-title';

export const generateMetadata = titled('artists');

export default function Page() {
  return <Artists />;
}
