/** Puts back what was changed, last change first, once: at the end, after a failure, and after Ctrl-C. */
export class Cleaner {
  private readonly steps: { what: string; undo: () => Promise<unknown> | unknown }[] = [];
  private running: Promise<void> | null = null;

  add(what: string, undo: () => Promise<unknown> | unknown): void {
    this.steps.push({ what, undo });
  }

  run(): Promise<void> {
    this.running ??= this.undoAll();
    return this.running;
  }

  /** Ctrl-C and SIGTERM clean up and end the process. */
  onSignals(): void {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => {
        console.error(`\n${signal}: taking the network down.`);
        void this.run().finally(() => process.exit(130));
      });
    }
  }

  private async undoAll(): Promise<void> {
    for (let step = this.steps.pop(); step !== undefined; step = this.steps.pop()) {
      try {
        await step.undo();
      } catch (error) {
        console.error(`${step.what} could not be undone: ${(error as Error).message}`);
      }
    }
  }
}
