import { spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { ContenderOptions } from '../contender.ts';
import { freePorts, launch } from '../processes.ts';
import type { Keeper } from './chat-contender.ts';

export const redisMissing = (): Promise<string | null> =>
  Promise.resolve(
    spawnSync('redis-server', ['--version']).status === 0
      ? null
      : 'no redis-server here (on Debian: apt install redis-server)',
  );

/** As BullMQ's guide for production asks: an append-only file, synced every second, and nothing evicted. */
export async function redis({ folder }: ContenderOptions): Promise<Keeper> {
  const [port = 0] = await freePorts(1);
  const process = launch(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '']
      .concat(['--appendonly', 'yes', '--appendfsync', 'everysec'])
      .concat(['--maxmemory-policy', 'noeviction']),
    {},
  );
  for (let tries = 0; !(await listens(port)); tries += 1) {
    if (tries > 100) throw new Error(`Redis does not answer:\n${process.log()}`);
    await pause(50);
  }
  return { process, address: String(port) };
}

const listens = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      done(true);
    });
    socket.on('error', () => done(false));
  });
