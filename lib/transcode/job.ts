import { type ChildProcess, spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { EnxameError } from '@/lib/contracts/errors';
import type { Clock } from '@/lib/util/clock';
import { createOwnFile, type OwnFile, openOwnFile } from './own-files';

/** So much of what ffmpeg complains of is kept for the log. */
const MAX_COMPLAINT = 2_000;
/** A day of music takes minutes; what takes longer hangs. */
const WITHIN_MS = 30 * 60 * 1000;
const BLOCK_BYTES = 65_536;

/**
 * One conversion: ffmpeg writes into a file as fast as it can, and any number of readers follow it. It ends with ffmpeg, or when its last
 * reader has left. Invariant: bytes below `written` are in the file and stay as they are.
 */
export class Job {
  written = 0;
  private state: 'running' | 'done' | 'failed' = 'running';
  private readers = 0;
  private process: ChildProcess | null = null;
  private wakers: (() => void)[] = [];
  private complaint = '';
  private failure: EnxameError | null = null;
  private isStopped = false;

  /** @param done called once, when nothing is written any more; `isWhole`: the file is complete. Says where the file is from then on */
  constructor(
    private path: string,
    private readonly maxBytes: number,
    private readonly clock: Clock,
    private readonly done: (isWhole: boolean, complaint: string) => Promise<string>,
  ) {}

  /** No reader may join it any more. */
  get isOver(): boolean {
    return this.isStopped || this.state !== 'running';
  }

  /** Runs ffmpeg to its end. @throws nothing: readers are told */
  async run(program: string, args: string[]): Promise<void> {
    let file: OwnFile | null = null;
    let isWhole = false;
    try {
      file = await createOwnFile(this.path);
      // Everybody left while it waited for its turn.
      if (this.state === 'running') isWhole = await this.write(file, program, args);
    } catch (error) {
      this.complaint ||= error instanceof Error ? error.message : String(error);
    } finally {
      await file?.close().catch(() => undefined);
    }
    if (!isWhole) await rm(this.path, { force: true }).catch(() => undefined);
    try {
      this.path = await this.done(isWhole, this.complaint);
    } catch {
      isWhole = false;
    }
    this.state = isWhole ? 'done' : 'failed';
    this.wake();
  }

  private async write(file: OwnFile, program: string, args: string[]): Promise<boolean> {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.process = child;
    const ended = new Promise<number | null>((resolve) => {
      child.once('error', (error) => {
        this.complaint = error.message;
        resolve(null);
      });
      child.once('close', (code) => resolve(code));
    });
    // Whoever plays comes first.
    lowerPriority(child.pid);
    const cancelTimer = this.clock.after(WITHIN_MS, () => child.kill('SIGKILL'));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (this.complaint.length < MAX_COMPLAINT) this.complaint += text;
    });
    try {
      for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
        if (this.written + chunk.length > this.maxBytes) throw new Error('The conversion is larger than the cache.');
        await file.write(chunk, 0, chunk.length, this.written);
        this.written += chunk.length;
        this.wake();
      }
      return (await ended) === 0 && this.written > 0;
    } finally {
      cancelTimer();
      child.kill('SIGKILL');
      await ended;
      this.process = null;
    }
  }

  /** Somebody reads. @returns leaves; may be called again */
  enter(): () => void {
    this.readers++;
    let isIn = true;
    return () => {
      if (!isIn) return;
      isIn = false;
      this.readers--;
      if (this.readers === 0) this.stop();
    };
  }

  /** Ends what is not done. @param failure what readers are told */
  stop(failure: EnxameError | null = null): void {
    if (this.state !== 'running') return;
    this.isStopped = true;
    this.failure = failure;
    if (this.process === null) this.state = 'failed';
    this.process?.kill('SIGKILL');
    this.wake();
  }

  /** Of what is not kept. */
  async remove(): Promise<void> {
    this.stop();
    await rm(this.path, { force: true });
  }

  /** Bytes from `start` on, as they come, to the end or to `end`. @throws {EnxameError} `format_unsupported` when it could not be converted */
  async *read(start: number, end = Number.POSITIVE_INFINITY): AsyncGenerator<Buffer, void, undefined> {
    let file: OwnFile | null = null;
    try {
      for (let position = start; position < end; ) {
        while (position >= this.written && this.state === 'running') await this.change();
        const length = Math.min(BLOCK_BYTES, this.written - position, end - position);
        if (this.state === 'failed') throw this.failure ?? notConverted();
        if (length <= 0) return;
        file ??= await openOwnFile(this.path);
        const block = Buffer.allocUnsafe(length);
        const { bytesRead } = await file.read(block, 0, length, position);
        if (bytesRead === 0) throw notConverted();
        position += bytesRead;
        yield block.subarray(0, bytesRead);
      }
    } finally {
      await file?.close();
    }
  }

  private change(): Promise<void> {
    return new Promise((resolve) => this.wakers.push(resolve));
  }

  private wake(): void {
    for (const waker of this.wakers.splice(0)) waker();
  }
}

function lowerPriority(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // It has ended already, or the system allows no change.
  }
}

const notConverted = () => new EnxameError('format_unsupported', 'This file could not be converted.');
