/** Counts how often rows of lists are drawn, by the hook that React offers to its developer tools, also in a production build. */
import type { Page } from 'puppeteer-core';

/** React sets it on a fiber whose component ran in this commit (ReactFiberFlags.js, "Required by React DevTools"). */
const PERFORMED_WORK = 1;

/** Call before the page loads. */
export async function countRowRenders(page: Page): Promise<void> {
  await page.evaluateOnNewDocument((performedWork) => {
    interface Fiber {
      type: unknown;
      flags: number;
      alternate: Fiber | null;
      child: Fiber | null;
      sibling: Fiber | null;
      memoizedProps: Record<string, unknown> | null;
    }
    const drawn: string[] = [];
    // The cells of a row are drawn by a component that has the row, with its key, as a property.
    const keyOfRow = ({ type, memoizedProps }: Fiber) =>
      typeof type === 'function' ? (memoizedProps?.row as { key?: unknown } | undefined)?.key : undefined;
    const visit = (fiber: Fiber) => {
      const before = fiber.alternate;
      const key = keyOfRow(fiber);
      if (key !== undefined && (fiber.flags & performedWork) !== 0) drawn.push(String(key));
      // What was not touched has the very children of the commit before.
      if (before !== null && fiber.child === before.child) return;
      for (let child = fiber.child; child !== null; child = child.sibling) visit(child);
    };
    Object.assign(globalThis, {
      __drawnRows: drawn,
      __REACT_DEVTOOLS_GLOBAL_HOOK__: {
        supportsFiber: true,
        renderers: new Map(),
        inject: () => 1,
        onCommitFiberUnmount() {},
        onPostCommitFiberRoot() {},
        onCommitFiberRoot: (_: number, root: { current: Fiber }) => visit(root.current),
      },
    });
  }, PERFORMED_WORK);
}

/** The keys of the rows drawn since this was last asked, one for each time. */
export function drawnRows(page: Page): Promise<string[]> {
  return page.evaluate(() => (globalThis as unknown as { __drawnRows: string[] }).__drawnRows.splice(0));
}
