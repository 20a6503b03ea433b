import { titled } from '../../components/page-names.server';
import { Playlists } from '../../components/playlists/playlists';

export const generateMetadata = titled('playlists');

export default function Page() {
  return <Playlists />;
}
