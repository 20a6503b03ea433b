import type { ReactNode } from 'react';
import { Mark } from '../components/ui/hexagon';

/** Before one is in: a narrow page under the mark. */
export default function DoorLayout({ children }: { children: ReactNode }) {
  return (
    <main className="relative isolate overflow-hidden">
      <Mark className="absolute -right-[18vmin] -bottom-[22vmin] -z-10 hidden size-[95vmin] opacity-15 md:block" />
      <div className="mx-auto flex min-h-dvh max-w-md flex-col justify-center px-5 py-12">
        <p className="mb-8 flex items-center gap-3">
          <Mark className="size-11" />
          <span className="text-2xl font-bold tracking-tight">Enxame</span>
        </p>
        {children}
      </div>
    </main>
  );
}
