import { expect, it } from 'vitest';
import { kindOfAddress } from './address-kind';

it.each([
  ['127.0.0.1', 'server'],
  ['::1', 'server'],
  ['10.1.2.3', 'local'],
  ['172.16.0.1', 'local'],
  ['172.31.255.1', 'local'],
  ['172.32.0.1', 'public'],
  ['192.168.178.20', 'local'],
  ['169.254.1.1', 'local'],
  ['fd12:3456::1', 'local'],
  ['fe80::1', 'local'],
  ['2001:db8::1', 'public'],
  ['203.0.113.7', 'public'],
  ['110.1.2.3', 'public'],
])('%s is %s', (address, kind) => expect(kindOfAddress(address)).toBe(kind));
