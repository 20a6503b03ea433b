import { Home } from '../components/library/home';
import { titled } from '../components/page-title';

export const generateMetadata = titled('home');

export default function Page() {
  return <Home />;
}
