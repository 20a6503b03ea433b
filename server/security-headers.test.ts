import { expect, test } from 'vitest';
import { commonHeaders, contentSecurityPolicy, isPage } from './security-headers';

const alone = { publicUrl: null, signalingUrl: '', originUrl: '' };

test('scripts only by nonce, sound from blobs, no frames', () => {
  const policy = contentSecurityPolicy(alone, 'abc', 'localhost:3000');
  expect(policy).toContain("script-src 'self' 'nonce-abc' 'strict-dynamic';");
  expect(policy).toContain("media-src 'self' blob:;");
  expect(policy).toContain("connect-src 'self' ws://localhost:3000 wss://localhost:3000;");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/script-src[^;]*unsafe/);
});

test('servers of their own may be reached', () => {
  const apart = { ...alone, signalingUrl: 'https://signals.example', originUrl: 'https://cdn.example' };
  expect(contentSecurityPolicy(apart, 'abc', 'radio.example')).toContain(
    'https://signals.example wss://signals.example https://cdn.example;',
  );
});

test('a Host header cannot write into the policy', () => {
  expect(contentSecurityPolicy(alone, 'abc', "x; script-src 'unsafe-inline'")).toContain("connect-src 'self';");
});

test('HSTS only where people use https', () => {
  expect(commonHeaders(alone)).not.toHaveProperty('strict-transport-security');
  expect(commonHeaders({ ...alone, publicUrl: 'https://radio.example' })).toHaveProperty('strict-transport-security');
});

test('which answers are pages', () => {
  expect(['/', '/admin', '/apiary', '/album/x?y'].every(isPage)).toBe(true);
  expect(['/api/me', '/origin/x', '/_next/static/a.js', '/signaling/?EIO=4', '/api?x'].some(isPage)).toBe(false);
});
