import { describe, expect, it } from 'vitest';
import { addressKey, clientAddress } from './network';

it.each([
  ['203.0.113.5', '203.0.113.5'],
  ['::ffff:203.0.113.5', '203.0.113.5'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::ffff', '2001:db8:1:2::/64'],
  ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
  ['', ''],
])('a limit counts %s as %s', (address, key) => {
  expect(addressKey(address)).toBe(key);
});

describe('where a request comes from', () => {
  it.each([
    ['203.0.113.5', undefined, '203.0.113.5'],
    ['::ffff:203.0.113.5', undefined, '203.0.113.5'],
    ['203.0.113.5', '192.0.2.1', '203.0.113.5'],
    ['127.0.0.1', undefined, '127.0.0.1'],
    ['127.0.0.1', '6.6.6.6, 192.0.2.1', '192.0.2.1'],
    ['::ffff:127.0.0.1', '192.0.2.1', '192.0.2.1'],
    ['::1', ['6.6.6.6', '2001:db8::1'], '2001:db8::1'],
    ['127.0.0.1', 'nonsense', '127.0.0.1'],
    [undefined, '192.0.2.1', ''],
  ])('from %s, forwarded for %s, is %s', (remote, header, address) => {
    expect(clientAddress(remote, header)).toBe(address);
  });
});
