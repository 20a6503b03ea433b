import { describe, expect, test } from 'vitest';
import { isSameOrigin, needsSetupToken, type Visit } from './trust';

describe('the setup token', () => {
  const local: Visit = { address: '127.0.0.1', host: 'localhost:3000', forwarded: false };
  const config = { host: 'localhost', publicUrl: null };

  test('is not asked for on this machine', () => {
    expect(needsSetupToken(config, local)).toBe(false);
    expect(needsSetupToken({ ...config, host: '::1' }, { ...local, address: '::1', host: '[::1]:3000' })).toBe(false);
  });

  test.each([
    ['a server that others can reach', { ...config, host: '0.0.0.0' }, local],
    ['a server with a public address', { ...config, publicUrl: 'https://radio.example' }, local],
    ['another machine', config, { ...local, address: '192.168.1.7' }],
    ['a proxy', config, { ...local, forwarded: true }],
    ['a stranger’s name that resolves to this machine', config, { ...local, host: 'evil.example:3000' }],
    ['an unknown connection', config, { ...local, address: null }],
  ])('is asked for by %s', (_, server, visit) => {
    expect(needsSetupToken(server, visit)).toBe(true);
  });
});

describe('same origin', () => {
  const check = (headers: Record<string, string>, publicUrl: string | null = null) =>
    isSameOrigin(new Headers({ host: 'localhost:3000', ...headers }), publicUrl);

  test('our own pages, and what is no browser', () => {
    expect(check({ origin: 'http://localhost:3000' })).toBe(true);
    expect(check({})).toBe(true);
    expect(check({ 'sec-fetch-site': 'same-origin' })).toBe(true);
  });

  test('behind a proxy', () => {
    expect(check({ origin: 'https://radio.example', host: 'radio.example' })).toBe(true);
    expect(check({ origin: 'https://radio.example' }, 'https://radio.example')).toBe(true);
  });

  test.each([
    [{ origin: 'https://evil.example' }],
    [{ origin: 'http://localhost:4000' }],
    [{ origin: 'null' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
  ])('others: %o', (headers) => {
    expect(check(headers as Record<string, string>)).toBe(false);
  });
});
