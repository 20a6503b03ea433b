/** The distributed set-up as it is written down. No container engine runs here: what can be checked without one is. */
import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '@/lib/config/config';
import { type Coturn, startCoturn } from '../support/coturn';

interface Service {
  image: string;
  command?: string[];
  environment?: Record<string, string>;
  volumes?: string[];
  networks?: string[];
  healthcheck?: object;
  restart?: string;
}
const text = readFileSync('docker-compose.yml', 'utf8');
const compose = parse(text, { merge: true }) as {
  services: Record<string, Service>;
  volumes: object;
  networks: object;
};
const services = Object.entries(compose.services);
const PARTS = ['web', 'signaling', 'catalog', 'playlists', 'history'];
const example = readFileSync('.env.example', 'utf8');

describe('docker-compose.yml', () => {
  it('has every part and every server', () => {
    expect(Object.keys(compose.services).sort()).toEqual([...PARTS, 'rabbitmq', 'postgres', 'coturn', 'caddy'].sort());
    const main = readFileSync('server/main.ts', 'utf8');
    for (const part of PARTS) {
      expect(compose.services[part]?.command).toEqual([part]);
      expect(main).toContain(`${part}: async`);
    }
  });

  it.each(services)('%s is pinned, in the one network, watched, and started again', (name, service) => {
    expect(service.image).toMatch(/:\d+\.\d+(\.\d+)?(-[a-z]+)*$/);
    expect(service.networks).toEqual(['enxame']);
    expect(service.restart).toBe('unless-stopped');
    // The parts have theirs in the image.
    if (!PARTS.includes(name)) expect(service.healthcheck).toBeDefined();
  });

  it('names every secret in .env.example, and no secret in itself', () => {
    const required = [...text.matchAll(/\$\{(\w+)(:\?[^}]*)?\}/g)].map((match) => match[1] ?? '');
    for (const name of new Set(required)) expect(example).toMatch(new RegExp(`^${name}=`, 'm'));
    expect(example).toMatch(/^ENXAME_SECRET=$/m);
  });

  it('mounts files that are there', () => {
    const files = services.flatMap(([, { volumes = [] }]) => volumes).filter((volume) => volume.startsWith('./'));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect(existsSync(file.split(':')[0] ?? '')).toBe(true);
  });

  it.each(PARTS)('gives %s a configuration that it takes', (part) => {
    const filled = (value: string) =>
      value.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name, kind, fallback) =>
        name === 'ENXAME_SECRET'
          ? 'x'.repeat(40)
          : kind === '-'
            ? fallback
            : name === 'SITE_ADDRESS'
              ? 'music.example.org'
              : 'given',
      );
    const environment = Object.entries(compose.services[part]?.environment ?? {});
    const config = readConfig(Object.fromEntries(environment.map(([name, value]) => [name, filled(String(value))])));
    expect(config).toMatchObject({ publicUrl: 'https://music.example.org', amqpUrl: expect.any(String) });
  });
});

describe('the Dockerfile', () => {
  const dockerfile = readFileSync('Dockerfile', 'utf8');
  const final = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
  it('ends in a stage that is not root, is watched, and has what the server reads', () => {
    expect(final).toMatch(/^USER node$/m);
    expect(final).toContain('HEALTHCHECK');
    expect(dockerfile).not.toMatch(/FROM \S+:latest/);
    const copied = [...final.matchAll(/COPY --from=build \/enxame\/(\S+)/g)].map((match) => match[1] ?? '');
    // Migrations are read from their folders at the start.
    expect(copied).toEqual(
      expect.arrayContaining(['build', '.next', 'node_modules', 'public', 'messages', 'lib', 'services']),
    );
  });
});

describe('coturn', () => {
  let coturn: Coturn | null = null;
  afterEach(() => coturn?.stop());

  it('takes the credentials that a peer is given until they expire, and no others', async () => {
    coturn = await startCoturn();
    const { probe, passwordOf } = coturn;
    const username = `${Math.floor(Date.now() / 1000) + 600}:peer`;
    expect(probe(username, passwordOf(username))).toContain('tot_recv_msgs');
    const expired = `${Math.floor(Date.now() / 1000) - 600}:peer`;
    expect(() => probe(expired, passwordOf(expired))).toThrow();
    expect(() => probe(username, 'wrong')).toThrow();
  });
});
