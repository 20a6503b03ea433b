import type { ReactNode } from 'react';

/** What belongs together on the settings page. */
export function Group({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  return (
    <section className="border-t py-7 first-of-type:border-t-0 first-of-type:pt-0">
      <h2 className="text-lg font-semibold">{title}</h2>
      {text !== undefined && <p className="mt-1 max-w-[68ch] text-sm text-soft">{text}</p>}
      <div className="mt-4">{children}</div>
    </section>
  );
}
