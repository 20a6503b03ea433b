/**
 * A disk that loses its power: what the database did to its files is recorded, and of any moment the folder can be made as the disk may
 * have kept it then.
 *
 * What is written is certain to be there once the file was synced. Before that any part of it may be missing, in units of 4 KiB. Changes of
 * names and sizes come in order, as journaling file systems (ext4, XFS, btrfs, NTFS, APFS) keep them: up to the last sync of any file they
 * are certain, and of those after it only the last ones may be missing.
 */
import { cp, mkdir, open, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { join } from 'node:path/posix';
import { DurableFiles, type NodeFiles } from '@/lib/database/durable-files';

/** Bytes that a disk writes whole or not at all. */
const PIECE_BYTES = 4096;

type Change =
  | { is: 'create'; path: string; folder: boolean }
  | { is: 'resize'; path: string; bytes: number }
  | { is: 'rename'; path: string; to: string }
  | { is: 'remove'; path: string };
type Operation = Change | { is: 'write'; path: string; at: number; bytes: Uint8Array } | { is: 'sync'; path: string };

interface Node {
  name: string;
  parent: Node;
}
interface Stream {
  node: Node;
}
type Operations = Record<string, (...args: never[]) => unknown>;

/** The files of a database, and what happened to them since it was opened. Paths are relative to the folder. */
export class RecordedFiles extends DurableFiles {
  readonly operations: Operation[] = [];

  protected override prepare(files: NodeFiles): void {
    super.prepare(files);
    const { realPath } = files as unknown as { realPath(node: Node): string };
    const pathOf = (node: Node) => relative(this.rootDir, realPath(node));
    const record = (operation: Operation) => void this.operations.push(operation);
    const watch = <A extends unknown[], R>(of: object, name: string, note: (result: R, ...args: A) => void) => {
      const operations = of as Operations;
      const original = operations[name] as unknown as (...args: A) => R;
      operations[name] = ((...args: A) => {
        const result = original(...args);
        note(result, ...args);
        return result;
      }) as never;
    };
    watch(
      files.stream_ops,
      'write',
      (written: number, { node }: Stream, buffer: Int8Array, offset: number, _, at: number) =>
        record({
          is: 'write',
          path: pathOf(node),
          at,
          bytes: Uint8Array.from(buffer.subarray(offset, offset + written)),
        }),
    );
    watch(files.stream_ops, 'fsync', (_, { node }: Stream) => record({ is: 'sync', path: pathOf(node) }));
    watch(files.stream_ops, 'setattr', (_, { node }: Stream, { size }: { size?: number }) => {
      if (size !== undefined) record({ is: 'resize', path: pathOf(node), bytes: size });
    });
    watch(files.node_ops, 'setattr', (_, node: Node, { size }: { size?: number }) => {
      if (size !== undefined) record({ is: 'resize', path: pathOf(node), bytes: size });
    });
    watch(files.node_ops, 'mknod', (node: Node, _parent: Node, _name: string, mode: number) =>
      record({ is: 'create', path: pathOf(node), folder: (mode & 0o170000) === 0o040000 }),
    );
    for (const name of ['unlink', 'rmdir']) {
      watch(files.node_ops, name, (_, parent: Node, child: string) =>
        record({ is: 'remove', path: join(pathOf(parent), child) }),
      );
    }
    // The node has its new name afterwards, and its old parent.
    const rename = files.node_ops.rename as (node: Node, parent: Node, name: string) => void;
    files.node_ops.rename = (node: Node, parent: Node, name: string) => {
      const path = pathOf(node);
      rename(node, parent, name);
      record({ is: 'rename', path, to: join(pathOf(parent), name) });
    };
  }
}

/**
 * Makes the folder as it may be found after the power went.
 * @param base the folder as it was when the database was opened, all of it on the disk
 * @param after how many operations there had been
 * @param random from 0 to 1
 */
export async function afterPowerCut(
  base: string,
  operations: readonly Operation[],
  after: number,
  random: () => number,
  folder: string,
): Promise<void> {
  await cp(base, folder, { recursive: true });
  const done = operations.slice(0, after);
  const lastSync = done.findLastIndex(({ is }) => is === 'sync');
  const names = lastSync + Math.floor(random() * (done.length - lastSync));
  const synced = syncedWrites(done);
  const kept = [0, 0.5, 0.95][Math.floor(random() * 3)] ?? 0;
  /** By the name that a file has for the database, the one that it has on the disk; null: it is not there. */
  const onDisk = new Map<string, string | null>();
  const find = (path: string) => {
    const there = onDisk.get(path);
    return there === undefined ? path : there;
  };
  for (const [index, operation] of done.entries()) {
    if (operation.is === 'sync') continue;
    if (operation.is === 'write') {
      const path = find(operation.path);
      if (path !== null) await write(join(folder, path), operation, () => synced.has(index) || random() < kept);
    } else if (index <= names) await change(folder, operation, onDisk);
    else rememberLost(operation, onDisk, find);
  }
}

/** Indexes of writes to a file that was synced afterwards, under whatever name. */
function syncedWrites(operations: readonly Operation[]): Set<number> {
  const synced = new Set<number>();
  const waiting = new Map<string, number[]>();
  for (const [index, operation] of operations.entries()) {
    const { path } = operation;
    if (operation.is === 'write') waiting.set(path, [...(waiting.get(path) ?? []), index]);
    else if (operation.is === 'sync') {
      for (const write of waiting.get(path) ?? []) synced.add(write);
      waiting.delete(path);
    } else if (operation.is === 'rename') {
      waiting.set(operation.to, waiting.get(path) ?? []);
      waiting.delete(path);
    } else if (operation.is === 'remove') waiting.delete(path);
  }
  return synced;
}

/** The change is on the disk. */
async function change(folder: string, operation: Change, onDisk: Map<string, string | null>): Promise<void> {
  const path = join(folder, operation.path);
  onDisk.delete(operation.path);
  if (operation.is === 'create') await (operation.folder ? mkdir(path) : writeFile(path, ''));
  else if (operation.is === 'resize') await truncate(path, operation.bytes);
  else if (operation.is === 'remove') await rm(path, { recursive: true });
  else {
    onDisk.delete(operation.to);
    await rename(path, join(folder, operation.to));
  }
}

/** The change is not on the disk: what is written under the new names goes where the disk has the file. */
function rememberLost(
  operation: Change,
  onDisk: Map<string, string | null>,
  find: (path: string) => string | null,
): void {
  if (operation.is === 'create' || operation.is === 'remove') onDisk.set(operation.path, null);
  else if (operation.is === 'rename') {
    onDisk.set(operation.to, find(operation.path));
    onDisk.set(operation.path, null);
  }
}

async function write(
  path: string,
  { at, bytes }: { at: number; bytes: Uint8Array },
  isKept: () => boolean,
): Promise<void> {
  const file = await open(path, 'r+').catch((error: NodeJS.ErrnoException) => {
    // Written after it was removed, by who had it open.
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (file === null) return;
  try {
    for (let from = 0; from < bytes.length; ) {
      const to = Math.min(bytes.length, from + PIECE_BYTES - ((at + from) % PIECE_BYTES));
      if (isKept()) await file.write(bytes.subarray(from, to), 0, to - from, at + from);
      from = to;
    }
  } finally {
    await file.close();
  }
}
