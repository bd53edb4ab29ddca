import { readFileSync } from 'node:fs';
import type { TemporalAddress } from '../temporal/connection.ts';
import { StartRefused } from './start-refused.ts';
import type { Settings } from './settings.ts';

/** A server of one's own, or Temporal Cloud: where it is and how it knows us. */
export function temporalAddress(settings: Settings, address: string): TemporalAddress {
  const {
    TEMPORAL_TLS_CERT_PATH: cert,
    TEMPORAL_TLS_KEY_PATH: key,
    TEMPORAL_TLS_CA_PATH: ca,
    TEMPORAL_TLS_SERVER_NAME: serverName,
  } = settings;
  const wanted =
    settings.TEMPORAL_TLS ??
    (settings.TEMPORAL_API_KEY !== undefined ||
      cert !== undefined ||
      ca !== undefined ||
      serverName !== undefined);
  return {
    address,
    namespace: settings.TEMPORAL_NAMESPACE,
    ...(settings.TEMPORAL_API_KEY === undefined ? {} : { apiKey: settings.TEMPORAL_API_KEY }),
    ...(wanted
      ? {
          tls: {
            ...(serverName === undefined ? {} : { serverNameOverride: serverName }),
            ...(ca === undefined ? {} : { serverRootCACertificate: content('TEMPORAL_TLS_CA_PATH', ca) }),
            ...(cert === undefined || key === undefined
              ? {}
              : {
                  clientCertPair: {
                    crt: content('TEMPORAL_TLS_CERT_PATH', cert),
                    key: content('TEMPORAL_TLS_KEY_PATH', key),
                  },
                }),
          },
        }
      : {}),
  };
}

function content(setting: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw new StartRefused(`${setting} names ${path}, which can’t be read (${why})`, { cause: error });
  }
}
