import { type Device, device } from '@/lib/contracts/signaling';

/** Longest `User-Agent` that is looked at; browsers send half of it at most. */
const MAX_CHARS = 500;

/** The first that fits: browsers name those that they descend from, too. */
const BROWSERS: readonly [RegExp, Device['browser']][] = [
  [/\bEdg(?:e|A|iOS)?\//, 'edge'],
  [/\bOPR\/|\bOpera\b/, 'opera'],
  [/\bSamsungBrowser\//, 'samsung'],
  [/\b(?:Firefox|FxiOS)\//, 'firefox'],
  [/\b(?:Chrome|Chromium|CriOS|HeadlessChrome)\//, 'chrome'],
  [/\bVersion\/[\d.]+ .*\bSafari\//, 'safari'],
];
const SYSTEMS: readonly [RegExp, Device['system']][] = [
  [/\b(?:iPhone|iPad|iPod)\b/, 'ios'],
  [/\bAndroid\b/, 'android'],
  [/\bCrOS\b/, 'chromeos'],
  [/\bWindows\b/, 'windows'],
  [/\bMac(?:intosh| OS X)\b/, 'macos'],
  [/\bLinux\b/, 'linux'],
];

/**
 * Browser and system by the `User-Agent` of a request, for people to read. A stranger may claim any of the names that we know, and no other:
 * nothing of the text itself is shown.
 */
export function deviceOf(userAgent: string | undefined): Device {
  const text = (userAgent ?? '').slice(0, MAX_CHARS);
  const find = <T>(names: readonly [RegExp, T][]) => names.find(([pattern]) => pattern.test(text))?.[1];
  return device.parse({ browser: find(BROWSERS) ?? 'other', system: find(SYSTEMS) ?? 'other' });
}
