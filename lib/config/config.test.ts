import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig, withoutPassword } from './config';

describe('readConfig', () => {
  it('has a default for everything', () => {
    const config = readConfig({});
    expect(config).toMatchObject({
      port: 3000,
      host: 'localhost',
      signup: 'closed',
      tabs: 'each',
      stunPort: 3000,
      amqpUrl: null,
      musicDir: null,
    });
    expect(config.dataDir).toBe(`${process.cwd()}/data`);
  });

  it('takes an empty variable as not set', () => {
    expect(readConfig({ MUSIC_DIR: '', PORT: '' })).toEqual(readConfig({}));
  });

  it.each(['', '   ', ' '.repeat(40), 'short'])('refuses the secret “%s”, and does not show it', (secret) => {
    const read = () => readConfig({ ENXAME_SECRET: secret });
    expect(read).toThrow('ENXAME_SECRET is "(hidden)", but must be: at least 32 characters');
  });

  const addresses = ['PUBLIC_URL', 'SIGNALING_URL', 'ORIGIN_URL'] as const;
  it.each(addresses)('takes %s with a slash at its end, and refuses one with a path', (name) => {
    const kept = { PUBLIC_URL: 'publicUrl', SIGNALING_URL: 'signalingUrl', ORIGIN_URL: 'originUrl' } as const;
    expect(readConfig({ [name]: 'https://Music.example.org/' })[kept[name]]).toBe('https://music.example.org');
    for (const rest of ['/enxame', '/enxame/', '/?a=b', '/#a']) {
      const read = () => readConfig({ [name]: `https://music.example.org${rest}` });
      expect(read).toThrow(`${name} is "https://music.example.org${rest}"`);
      expect(read).toThrow('without a path');
    }
  });

  it('keeps the path of the server that plays are forwarded to, without its last slash', () => {
    expect(readConfig({ LISTENBRAINZ_URL: 'https://l.example.org/apis/lb/' }).listenbrainzUrl).toBe(
      'https://l.example.org/apis/lb',
    );
    expect(readConfig({}).listenbrainzUrl).toBeNull();
    const told = () => readConfig({ LISTENBRAINZ_URL: 'https://me:hunter2@l.example.org' });
    expect(told).toThrow('without a name and a password');
    expect(told).not.toThrow('hunter2');
  });

  it('looks for STUN beside signaling, whichever process reads it', () => {
    expect(readConfig({ PORT: '3000', SIGNALING_URL: 'http://s.example.org:4000' }).stunPort).toBe(4000);
    expect(readConfig({ PORT: '3000', SIGNALING_URL: 'https://s.example.org' }).stunPort).toBe(3000);
    expect(readConfig({ SIGNALING_URL: 'http://s.example.org:4000', STUN_PORT: '3478' }).stunPort).toBe(3478);
  });

  it('reads ICE servers', () => {
    expect(readConfig({ ICE_SERVERS: '[{"urls":"stun:a:1"}]' }).iceServers).toEqual([{ urls: 'stun:a:1' }]);
  });

  it('takes links through a relay alone only where there is a relay', () => {
    const turn = { TURN_URL: 'turn:relay.example.org', TURN_SECRET: 'secret' };
    expect(readConfig({ ...turn, RELAY_ONLY: '1' }).relayOnly).toBe(true);
    expect(readConfig(turn).relayOnly).toBe(false);
    expect(() => readConfig({ RELAY_ONLY: '1' })).toThrow('TURN_URL');
  });

  it.each([
    ['PORT', '70000', 'from 0 to 65535'],
    ['PORT', 'http', 'from 0 to 65535'],
    ['SIGNUP', 'maybe', 'open, invite or closed'],
    ['AMQP_URL', 'http://localhost', 'amqp://'],
    ['DATABASE_URL', 'localhost', 'postgres://'],
    ['LISTENBRAINZ_URL', 'listenbrainz.org', 'http:// or https://'],
    ['ICE_SERVERS', 'stun:a:1', 'JSON list'],
    ['DOWNLOADS', 'maybe', 'on, admins or off'],
    ['MAX_STREAMS', '0', 'from 1 to 1000'],
    ['TABS', 'all', 'each or shared'],
    ['REGIONS', '{"lisbon":["192.0.2.0"]}', 'JSON such as'],
    ['REGIONS', 'lisbon', 'JSON such as'],
    ['MIN_SWARM', '0', 'from 1 to 1000'],
    ['LOG_LEVEL', 'loud', 'debug, info, warn or error'],
  ])('stops at %s=%s, naming it, the value and what is allowed', (name, value, allowed) => {
    const read = () => readConfig({ [name]: value });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(`${name} is "${value}"`);
    expect(read).toThrow(allowed);
  });

  it('names every wrong variable at once, and shows no secret', () => {
    const read = () => readConfig({ PORT: 'x', ENXAME_SECRET: 'too short', DATABASE_URL: 'mysql://me:hunter2@db' });
    expect(read).toThrow(/PORT[\s\S]*DATABASE_URL[\s\S]*ENXAME_SECRET|PORT[\s\S]*ENXAME_SECRET/);
    expect(read).not.toThrow(/too short|hunter2/);
  });
});

it('withoutPassword hides only the password', () => {
  expect(withoutPassword('amqp://me:secret@host:5672/v')).toBe('amqp://me:***@host:5672/v');
  expect(withoutPassword('http://localhost:3000')).toBe('http://localhost:3000');
});
