/** `enxame play` and `enxame history …`. */
import { type Command, Option } from 'commander';
import { newId } from '@/lib/contracts/ids';
import { UsageError } from '../failures';
import * as ask from '../requests';
import * as show from '../show';
import { type Cli, count } from './cli';

const WINDOWS = ['week', 'month', 'year', 'all'] as const;
type Window = (typeof WINDOWS)[number];

export function addHistoryCommands({ program, open, tell }: Cli): void {
  program
    .command('play')
    .description('record a play of a track')
    .addArgument(program.createArgument('<event>').choices(['started', 'finished', 'skipped']))
    .argument('<trackId>')
    .option('--play <id>', 'id of the play that was started')
    .option('--position <seconds>', 'position in the track', Number)
    .action(
      async (
        type: 'started' | 'finished' | 'skipped',
        trackId: string,
        options: { play?: string; position?: number },
      ) => {
        const api = await open();
        const { durationS } = await ask.oneTrack(api, trackId);
        const positionS = options.position ?? (type === 'finished' ? durationS : 0);
        if (!Number.isFinite(positionS) || positionS < 0)
          throw new UsageError('--position must be a number of seconds.');
        const playId = options.play ?? newId();
        const { messageId } = await ask.recordPlay(api, type, { trackId, playId, positionS, durationS });
        tell({ messageId, playId }, () => `Recorded (play ${playId}).`);
      },
    );
  const history = program.command('history').description('show what you played');
  const limited = (name: string, what: string) =>
    history.command(name).description(what).option('--limit <n>', 'maximum number of entries', count, 20);
  const windowed = (command: Command) =>
    command.addOption(new Option('--window <time>').choices([...WINDOWS]).default('month'));
  limited('recent', 'list recent plays').action(async ({ limit }: { limit: number }) =>
    tell(await ask.recent(await open(), limit), show.recentTable),
  );
  windowed(limited('top', 'list the most played tracks')).action(
    async ({ limit, window }: { limit: number; window: Window }) =>
      tell(await ask.top(await open(), window, limit), show.topTable),
  );
  windowed(history.command('stats').description('show your statistics')).action(
    async ({ window }: { window: Window }) => tell(await ask.statistics(await open(), window), show.statsText),
  );
  history
    .command('export')
    .description('export your whole history as JSON')
    .action(async () => {
      await ask.exportHistory(await open(), async ({ body }) => {
        for await (const piece of body ?? []) process.stdout.write(piece);
      });
    });
}
