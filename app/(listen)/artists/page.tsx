import { Artists } from '../../components/library/browse';
import { titled } from '../../components/page-names.server';

export const generateMetadata = titled('artists');

export default function Page() {
  return <Artists />;
}
