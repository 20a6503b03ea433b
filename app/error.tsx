'use client';
import { ErrorNote } from './components/ui/states';

/** A page that broke: said, and tried again; what plays goes on. */
export default function PageError({ error, reset }: { error: Error; reset: () => void }) {
  return (
    <main className="page pt-16">
      <ErrorNote error={error} retry={reset} />
    </main>
  );
}
