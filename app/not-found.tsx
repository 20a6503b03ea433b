import { readMe } from './components/me.server';
import { NothingHere } from './components/not-found';
import { titledNotFound } from './components/page-names.server';
import { Shell } from './components/shell/shell';

export const generateMetadata = titledNotFound;

/** Of an address that is no page's: within the shell for whoever is signed in. */
export default async function NotFound() {
  if ((await readMe())?.account == null) {
    return (
      <main className="grid min-h-dvh place-items-center">
        <NothingHere />
      </main>
    );
  }
  return (
    <Shell>
      <div className="page">
        <NothingHere />
      </div>
    </Shell>
  );
}
