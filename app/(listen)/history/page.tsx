import { HistoryPage } from '../../components/library/history-page';
import { titled } from '../../components/page-names.server';

export const generateMetadata = titled('history');

export default function Page() {
  return <HistoryPage />;
}
