import { expect, it } from 'vitest';
import { closedCluster } from './webm-cluster';

const ID = [0x1f, 0x43, 0xb6, 0x75];

it.each([
  ['one byte', [0xff]],
  ['eight bytes', [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
])('says how long a cluster is whose unknown size has %s', (_, size) => {
  const content = [0xe7, 0x81, 0x00, 0xa3];
  const closed = closedCluster(Uint8Array.from([...ID, ...size, ...content]));
  expect([...closed]).toEqual([...ID, 0x01, 0, 0, 0, 0, 0, 0, 4, ...content]);
  expect([...closedCluster(closed)]).toEqual([...closed]);
});

it.each([[[]], [[1, 2, 3]], [ID], [[0x1a, 0x45, 0xdf, 0xa3, 0x80]]])('leaves %j alone', (bytes) => {
  expect([...closedCluster(Uint8Array.from(bytes))]).toEqual(bytes);
});
