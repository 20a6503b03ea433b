/** What all commands share: the server to ask, and answers as JSON or as text. */
import { type Command, InvalidArgumentError } from 'commander';
import { Api } from '../api';
import { UsageError } from '../failures';
import { write, writeJson } from '../output';
import * as ask from '../requests';

interface Global {
  server: string;
  json?: boolean;
}

type Accepted = { messageId: string; playlistId?: string | undefined };

export interface Cli {
  program: Command;
  /** One JSON document is wanted. */
  isJson(): boolean;
  /** @throws {UsageError} when `--server` is no address */
  open(): Promise<Api>;
  /** Answers as JSON or as text. */
  tell<T>(value: T, text: (value: T) => string): void;
  /** Makes a change, and waits until it is applied unless told not to. */
  change(options: { wait?: boolean }, api: Api, make: () => Promise<Accepted>): Promise<void>;
}

export function cliOf(program: Command): Cli {
  const globals = () => program.opts<Global>();
  const open = async () => {
    const { server } = globals();
    if (!URL.canParse(server) || !/^https?:/.test(server)) {
      throw new UsageError(`--server must be an address such as http://localhost:3000, not "${server}".`);
    }
    return Api.open(server);
  };
  /** Answers as JSON or as text. */
  const tell = <T>(value: T, text: (value: T) => string) =>
    globals().json === true ? writeJson(value) : write(`${text(value)}\n`);
  const change = async (options: { wait?: boolean }, api: Api, make: () => Promise<Accepted>) => {
    const { answer, fact } = await ask.confirmed(api, make, options.wait !== false);
    tell({ ...answer, applied: fact !== null, revision: fact?.data.revision ?? null }, (told) =>
      told.applied
        ? `Done.${told.playlistId === undefined ? '' : ` (${told.playlistId})`}`
        : `Accepted, but not applied yet (${told.messageId}).`,
    );
  };
  return { program, isJson: () => globals().json === true, open, tell, change };
}

/** A whole number of at least 1. */
export function count(text: string): number {
  const n = Number(text);
  if (!Number.isSafeInteger(n) || n < 1) throw new InvalidArgumentError('It must be a whole number of at least 1.');
  return n;
}
