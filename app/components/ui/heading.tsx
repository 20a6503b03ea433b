import type { ReactNode } from 'react';

/** Characters of a name that still stand on two lines or so at the largest size. */
const LARGE_NAME_LIMIT = 40;

/** The name of an album, artist or playlist as its page's title: a long one is set smaller, so that the tracks stay in sight. */
export function PageName({ name }: { name: string }) {
  const size = name.length > LARGE_NAME_LIMIT ? 'text-2xl md:text-3xl' : 'text-3xl md:text-5xl';
  return <h1 className={`min-w-0 font-bold tracking-tight text-balance break-words ${size}`}>{name}</h1>;
}

/** A page's title, what can be done with the whole page beside it. */
export function Heading({ title, children }: { title: ReactNode; children?: ReactNode }) {
  return (
    <div className="mb-6 flex flex-wrap items-center justify-between gap-x-4 gap-y-3">
      <h1 className="text-3xl font-bold tracking-tight md:text-4xl">{title}</h1>
      {children !== undefined && <div className="flex flex-wrap items-center gap-2">{children}</div>}
    </div>
  );
}

export function Section({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className="mt-10 first:mt-0">
      <div className="mb-4 flex items-baseline justify-between gap-4">
        <h2 className="text-xl font-semibold first-letter:uppercase">{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}
