/** PGlite's files on the disk of this machine, written so that a commit outlasts a power cut. */
import { closeSync, fsyncSync, openSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/**
 * What PostgreSQL is started with, behind PGlite's own parameters without `-F` ({@link withoutNoSync}). PGlite's fdatasync, which PostgreSQL
 * would choose for its log, does nothing; its fsync is given a body here.
 */
export const SYNC_PARAMS = ['-c', 'fsync=on', '-c', 'full_page_writes=on', '-c', 'wal_sync_method=fsync'];

/** PGlite's parameters without the one that turns fsync off. */
export function withoutNoSync(params: readonly string[]): string[] {
  return params.filter((param) => param !== '-F');
}

/** How PGlite starts its WebAssembly module; it exports no name for this. */
type ModuleOptions = Parameters<NodeFS['init']>[1];

/** What of Emscripten's file system in the folder is needed here; PGlite does not export its types. */
export interface NodeFiles {
  stream_ops: {
    fsync?: (stream: { nfd: number }) => number;
    [operation: string]: unknown;
  };
  node_ops: Record<string, unknown>;
  tryFSOperation<T>(operation: () => T): T;
}

/** The folder as PGlite's own file system has it, with an fsync. */
export class DurableFiles extends NodeFS {
  override async init(pg: PGlite, options: ModuleOptions) {
    const { emscriptenOpts } = await super.init(pg, options);
    const addSync = (module: unknown) => this.prepare((module as { NODEFS: NodeFiles }).NODEFS);
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), addSync] } };
  }

  /** Folders have a descriptor too: PostgreSQL syncs them after it has made, renamed or removed a file that must be found again. */
  protected prepare(files: NodeFiles): void {
    files.stream_ops.fsync = ({ nfd }) => {
      files.tryFSOperation(() => fsyncSync(nfd));
      return 0;
    };
  }
}

/** Returns when all that lies in the folder is on the disk. */
export async function syncFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder, { recursive: true })) sync(join(folder, name));
  sync(folder);
}

/** Returns when the file, or the names in the folder, are on the disk. @param path of a file or a folder */
export function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
