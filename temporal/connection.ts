import { fileURLToPath } from 'node:url';
import {
  Client,
  Connection,
  type ConnectionOptions,
  isRetryableError,
  makeGrpcRetryInterceptor,
} from '@temporalio/client';
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

/**
 * A run that is just closing answers "workflow is closing" (RESOURCE_EXHAUSTED) for up to a second, and a restarted server
 * refuses for a moment. The client library would wait 1.7 s before it asked again, longer than a caller may take: soon
 * and often instead, until the call's own deadline. What is repeated carries the same request id, so nothing arrives twice.
 */
const soonAgain = makeGrpcRetryInterceptor({
  // 20 ms growing to 250: a dozen tries within CALL_TIMEOUT_MS. Half of it is chance, so that a burst's retries don't march in step.
  delayFunction: (attempt) => Math.min(20 * 1.6 ** (attempt - 1), 250) * (0.5 + Math.random() / 2),
  // What has no deadline of its own gives up after about ten seconds.
  retryableDecider: (attempt, status) => attempt < 50 && isRetryableError(status),
});

export async function connect(
  where: TemporalAddress,
  seal: Seal,
): Promise<{ connection: Connection; client: Client }> {
  const connection = await Connection.connect({
    address: where.address,
    ...(where.apiKey === undefined ? {} : { apiKey: where.apiKey }),
    ...(where.tls === undefined ? {} : { tls: where.tls }),
    connectTimeout: '10 s',
    interceptors: [soonAgain],
  });
  return {
    connection,
    client: new Client({ connection, namespace: where.namespace, dataConverter: dataConverterOf(seal) }),
  };
}
