import { StatisticsPage } from '../../components/history/statistics-page';
import { titled } from '../../components/page-names.server';

export const generateMetadata = titled('statistics');

export default function Page() {
  return <StatisticsPage />;
}
