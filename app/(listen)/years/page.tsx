import { Years } from '../../components/library/years';
import { titled } from '../../components/page-names.server';

export const generateMetadata = titled('years');

export default function Page() {
  return <Years />;
}
