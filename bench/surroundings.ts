import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../start/root.ts';

/** Where and when: figures from elsewhere are other figures. */
export interface Surroundings {
  readonly at: string;
  readonly machine: {
    readonly cpus: number;
    readonly cpu: string;
    readonly memoryGb: number;
    readonly system: string;
    /** Of the last 1, 5 and 15 minutes: what else ran on the machine is in the figures. */
    readonly load: readonly number[];
  };
  readonly versions: Readonly<Record<string, string>>;
}

const PACKAGES = {
  'Temporal SDK': '@temporalio/worker',
  PGlite: '@electric-sql/pglite',
  Restate: '@restatedev/restate-sdk',
  BullMQ: 'bullmq',
};

export function surroundings(): Surroundings {
  const [first] = cpus();
  const versions = Object.entries(PACKAGES).map(([name, folder]) => [name, versionOf(folder)] as const);
  return {
    at: new Date().toISOString(),
    machine: {
      cpus: cpus().length,
      cpu: first?.model.trim() ?? 'CPU',
      memoryGb: Math.round(totalmem() / 1e8) / 10,
      system: `${type()} ${release()}`,
      load: loadavg().map((load) => Math.round(load * 10) / 10),
    },
    versions: { Node: process.version, ...Object.fromEntries(versions) },
  };
}

/** `windowMs`: of the turns that were measured, if any were. */
export function circumstances(windowMs: number | null, { at, machine, versions } = surroundings()): string {
  return [
    `${at}, ${machine.cpus} × ${machine.cpu}, ${machine.memoryGb} GB, ${machine.system},`,
    `${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(
        ', ',
      )}${windowMs === null ? '' : `; window ${windowMs} ms, three messages per turn 700 ms apart`};`,
    `load average at the end ${machine.load.join(' ')} (what else ran on the machine is in the figures).`,
  ].join('\n');
}

const versionOf = (name: string): string =>
  /"version":\s*"([^"]+)"/.exec(
    readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8'),
  )?.[1] ?? '?';
