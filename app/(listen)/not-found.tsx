import { NothingHere } from '../components/not-found';
import { titledNotFound } from '../components/page-names.server';

export const generateMetadata = titledNotFound;

/** Of an album, artist or playlist that is not there: within the shell, so that what plays goes on. */
export default function NotFound() {
  return (
    <div className="page">
      <NothingHere />
    </div>
  );
}
