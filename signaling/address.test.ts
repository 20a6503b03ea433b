import { describe, expect, it } from 'vitest';
import { readConfig } from '@/lib/config/config';
import { placeOf } from './address';
import { isAllowedOrigin } from './socket';

describe('its network', () => {
  it.each([
    ['203.0.113.5', '203.0.113.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8::1', '2001:db8:0:0::/64'],
    ['2001:0db8:0001::', '2001:db8:1:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('of %s is %s', (address, network) => {
    expect(placeOf(address)).toEqual({ address, network, region: null });
  });
});

describe('which pages may connect', () => {
  it.each([
    [undefined, 'music.example', null, true],
    ['https://music.example', 'music.example', null, true],
    ['http://localhost:3000', 'localhost:3001', null, true],
    ['https://evil.example', 'music.example', null, false],
    ['null', 'music.example', null, false],
    ['https://music.example', 'signal.example', 'https://music.example', true],
    ['https://evil.example', 'signal.example', 'https://music.example', false],
    ['https://signal.example:8443', 'signal.example', 'https://music.example', false],
    ['https://music.example', undefined, null, false],
  ])('%s to %s with PUBLIC_URL %s: %s', (origin, host, publicUrl, allowed) => {
    expect(isAllowedOrigin(origin, host, publicUrl)).toBe(allowed);
  });
});

it('its region is the first that holds it', () => {
  const { regions } = readConfig({ REGIONS: '{"lisbon":["192.0.2.0/24","2001:db8::/32"],"porto":["192.0.0.0/16"]}' });
  expect(placeOf('192.0.2.9', regions).region).toBe('lisbon');
  expect(placeOf('192.0.3.9', regions).region).toBe('porto');
  expect(placeOf('2001:db8:1::1', regions).region).toBe('lisbon');
  expect(placeOf('203.0.113.1', regions).region).toBeNull();
  expect(placeOf('nonsense', regions).region).toBeNull();
});
