import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { freePorts } from '../../../bench/processes.ts';
import { ROOT } from '../../../start/root.ts';

const READY_WITHIN_MS = 90_000;
const STOP_PATIENCE_MS = 10_000;
const SERVICES = ['frontend', 'history', 'matching', 'worker'] as const;

export interface OwnTemporalOptions {
  /** The server's program. */
  readonly program: string;
  readonly postgresPort: number;
  readonly folder: string;
  /** @default one that is free */
  readonly port?: number;
}

/** The official Temporal server with its four services on a PostgreSQL, started again when it ends by itself. */
export class OwnTemporal {
  readonly address: string;
  readonly #program: string;
  readonly #config: string;
  #child: ChildProcess;
  #stopping = false;
  #said = '';

  private constructor(program: string, config: string, address: string) {
    this.#program = program;
    this.#config = config;
    this.address = address;
    this.#child = this.#launch();
  }

  /** `namespace: null`: there is none yet, it is enough that it answers. */
  static async start(
    options: OwnTemporalOptions,
    namespace: string | null = 'default',
  ): Promise<OwnTemporal> {
    const [free = 0, ...others] = await freePorts(2 * SERVICES.length);
    const port = options.port ?? free;
    const config = join(options.folder, 'temporal-server.yaml');
    writeFileSync(config, configuration(options.postgresPort, [port, ...others]));
    const server = new OwnTemporal(options.program, config, `127.0.0.1:${port}`);
    await server.#ready(namespace);
    return server;
  }

  pid(): number | undefined {
    return this.#child.pid;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    child.kill('SIGTERM');
    const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS);
    await once(child, 'exit');
    clearTimeout(impatience);
  }

  #launch(): ChildProcess {
    const child = spawn(this.#program, ['--config-file', this.#config, '--allow-no-auth', 'start'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const keep = (bytes: Buffer): void => void (this.#said = (this.#said + bytes.toString()).slice(-4_000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('exit', () => {
      setTimeout(() => {
        if (!this.#stopping) this.#child = this.#launch();
      }, 500);
    });
    return child;
  }

  async #ready(namespace: string | null): Promise<void> {
    const deadline = Date.now() + READY_WITHIN_MS;
    for (;;) {
      try {
        const connection = await Connection.connect({ address: this.address, connectTimeout: 1_000 });
        try {
          if (namespace === null) await connection.workflowService.getClusterInfo({});
          else await connection.workflowService.describeNamespace({ namespace });
          return;
        } finally {
          await connection.close();
        }
      } catch (notYet) {
        if (Date.now() > deadline)
          throw new Error(`the Temporal server does not get ready:\n${this.#said}`, { cause: notYet });
        await pause(200);
      }
    }
  }
}

/** `ports` below 32,768: the server keeps its members' as PostgreSQL's `smallint`. */
function configuration(postgresPort: number, ports: readonly number[]): string {
  const store = (databaseName: string): unknown => ({
    sql: {
      pluginName: 'postgres12',
      databaseName,
      connectAddr: `127.0.0.1:${postgresPort}`,
      connectProtocol: 'tcp',
      user: 'postgres',
      password: '',
      maxConns: 20,
      maxIdleConns: 20,
      maxConnLifetime: '1h',
    },
  });
  // JSON is YAML.
  return JSON.stringify({
    log: { stdout: true, level: 'warn' },
    persistence: {
      defaultStore: 'default',
      visibilityStore: 'visibility',
      numHistoryShards: 4,
      datastores: { default: store('temporal'), visibility: store('temporal_visibility') },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: Object.fromEntries(
      SERVICES.map((name, index) => [
        name,
        {
          rpc: {
            grpcPort: ports[index],
            membershipPort: ports[SERVICES.length + index],
            bindOnLocalHost: true,
          },
        },
      ]),
    ),
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: {
          enabled: true,
          initialFailoverVersion: 1,
          rpcName: 'frontend',
          rpcAddress: `127.0.0.1:${ports[0] ?? 0}`,
        },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    dynamicConfigClient: {
      filepath: join(ROOT, 'docker', 'temporal-dynamic-config.yaml'),
      pollInterval: '60s',
    },
  });
}
