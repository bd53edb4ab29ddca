import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../../bench/processes.ts';
import { temporalCli } from '../../start/embedded-temporal/cli.ts';
import { startEmbeddedTemporal, type EmbeddedTemporal } from '../../start/embedded-temporal/server.ts';
import { temporaryDatabase, type TemporaryDatabase } from '../support/temporary-database.ts';

interface Ports {
  readonly port: number;
  readonly uiPort: number;
}

/** What a fleet stands on: a folder, a database in it, and a Temporal server, which can be lost. */
export class LineGround {
  readonly #place: TemporaryDatabase;
  readonly #ports: Ports;
  #temporal: EmbeddedTemporal;

  private constructor(place: TemporaryDatabase, ports: Ports, temporal: EmbeddedTemporal) {
    this.#place = place;
    this.#ports = ports;
    this.#temporal = temporal;
  }

  static async prepare(): Promise<LineGround> {
    const place = await temporaryDatabase();
    const [port = 0, uiPort = 0] = await freePorts(2);
    return new LineGround(place, { port, uiPort }, await temporalOn(place.folder, { port, uiPort }));
  }

  get folder(): string {
    return this.#place.folder;
  }
  get temporalAddress(): string {
    return this.#temporal.address;
  }
  get databaseUrl(): string {
    return `postgres://postgres@localhost/postgres?host=${encodeURIComponent(this.#place.connection.host ?? '')}`;
  }

  /** Temporal's server dies and its database with it: every run is gone. */
  async loseTemporal(): Promise<void> {
    await this.#temporal.stop();
    rmSync(join(this.folder, 'temporal'), { recursive: true, force: true });
    this.#temporal = await temporalOn(this.folder, this.#ports);
  }

  async remove(): Promise<void> {
    await this.#temporal.stop();
    await this.#place.remove();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function temporalOn(folder: string, ports: Ports): Promise<EmbeddedTemporal> {
  const quiet = (): void => undefined;
  return startEmbeddedTemporal({
    cli: await temporalCli(process.env['TEMPORAL_CLI_PATH'], quiet),
    dataDir: folder,
    ...ports,
    namespace: 'default',
    say: quiet,
  });
}
