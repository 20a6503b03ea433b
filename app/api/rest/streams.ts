import { planConversion } from '@/lib/transcode/plan';
import { type RestCall, TrackFile } from './endpoint';
import { ERROR, RestError } from './envelope';
import { songById } from './library';
import { songOf } from './shapes';

/** What an app asks of `stream` beside the song. */
interface StreamRequest {
  id: string;
  format?: string | undefined;
  /** kbit/s; 0: any. */
  maxBitRate: number;
  /** Seconds. */
  timeOffset: number;
  estimateContentLength: boolean;
}

/**
 * The file as it is, or converted where the app asks for another format or a lower bit rate. Where nothing can be converted here, a file that is
 * only larger than wished is sent as it is: it can be played, and another format cannot be made up.
 * @throws {RestError} for a format that cannot be made here
 */
export async function streamOf(
  call: Pick<RestCall<StreamRequest>, 'params' | 'ask' | 'account' | 'appPasswordId' | 'runtime'>,
): Promise<TrackFile> {
  const { params, account, appPasswordId, runtime } = call;
  const song = await songById(call.ask, params.id);
  const { suffix = '', bitRate = 0 } = songOf(song);
  const { formats } = runtime.conversions;
  const target = planConversion(params, { suffix, bitRate });
  if (target === null) return new TrackFile(song.id, appPasswordId);
  if (!formats.has(target.format)) {
    const named = params.format !== undefined && params.format !== '';
    if (!named) return new TrackFile(song.id, appPasswordId);
    throw new RestError(
      ERROR.generic,
      `This server cannot convert music to ${target.format}: its administrator can install ffmpeg, or has turned conversion off. Choose the original format in the app’s settings.`,
    );
  }
  return new TrackFile(song.id, appPasswordId, {
    target,
    durationS: song.durationS,
    offsetS: Math.min(params.timeOffset, song.durationS),
    withLength: params.estimateContentLength,
    accountId: account.id,
  });
}
