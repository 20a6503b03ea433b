import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Runs a command given as one line without quotes. @returns what it printed @throws with its own words when it fails */
export async function run(line: string): Promise<string> {
  const [command = '', ...args] = line.split(' ');
  try {
    return (await execute(command, args)).stdout;
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new Error(`${line}: ${stderr?.trim() || (error as Error).message}`);
  }
}

/** What to run a command with, so that it runs on that host. */
export const onHost = (namespace: string): string[] => ['ip', 'netns', 'exec', namespace];
