import { fileURLToPath } from 'node:url';
import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { Seal } from '../store/sealed.ts';
import { EncryptionCodec } from './codec.ts';

export interface TemporalAddress {
  readonly address: string;
  readonly namespace: string;
  readonly apiKey?: string;
  readonly tls?: ConnectionOptions['tls'];
}

/** The same for every process, else one could not read what another wrote. */
export const dataConverterOf = (seal: Seal): DataConverter => ({
  payloadCodecs: [new EncryptionCodec(seal)],
  failureConverterPath: fileURLToPath(new URL('./failure-converter.ts', import.meta.url)),
});

/** How long a caller waits for Temporal before it says so: a webhook must get its 503 within 2 s. */
export const CALL_TIMEOUT_MS = 1_500;

export async function connect(where: TemporalAddress, seal: Seal): Promise<{ connection: Connection; client: Client }> {
  const connection = await Connection.connect({
    address: where.address,
    ...(where.apiKey === undefined ? {} : { apiKey: where.apiKey }),
    ...(where.tls === undefined ? {} : { tls: where.tls }),
    connectTimeout: '10 s',
  });
  return { connection, client: new Client({ connection, namespace: where.namespace, dataConverter: dataConverterOf(seal) }) };
}
