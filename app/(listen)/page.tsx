import { Home } from '../components/library/home';
import { titled } from '../components/page-names.server';

export const generateMetadata = titled('home');

export default function Page() {
  return <Home />;
}
