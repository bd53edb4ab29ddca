import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createErrorReports } from '../../start/error-reports.ts';
import { createLogger } from '../../start/logging.ts';
import { RunningZajel } from '../support/running-zajel.ts';

interface Heard {
  readonly path: string;
  readonly auth: string;
  readonly body: Buffer;
}

let server: Server;
let base = '';
let heard: Heard[];
let status = 200;
beforeEach(async () => {
  heard = [];
  status = 200;
  server = createServer((request, response) => {
    void buffer(request).then((body) => {
      heard.push({ path: request.url ?? '', auth: String(request.headers['x-sentry-auth'] ?? ''), body });
      response.writeHead(status).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  base = typeof address === 'object' && address !== null ? `127.0.0.1:${address.port}` : '';
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const event = z.object({
  level: z.string(),
  message: z.string(),
  tags: z.record(z.string(), z.string()),
  exception: z.object({ values: z.array(z.object({ type: z.string(), value: z.string() })) }).optional(),
});

describe('errors of the log', () => {
  it('are reported in Sentry’s own envelope, with their causes and whose they are, and nothing else of the line', async () => {
    const lost: unknown[] = [];
    const reports = createErrorReports(`http://publickey@${base}/sub/42`, (error) => lost.push(error));
    const logger = createLogger({ level: 'fatal', format: 'json', reports }).child({ component: 'worker' });
    logger.warn({ event: 'only a warning' });
    const cause = new TypeError('no such column');
    logger.fatal({
      event: 'worker died',
      merchant: 'shop',
      text: 'عنواني شارع النيل',
      err: new Error('query', { cause }),
    });
    await reports.flush();

    expect(lost).toEqual([]);
    expect(heard.map(({ path }) => path)).toEqual(['/sub/api/42/envelope/']);
    expect(heard[0]?.auth).toContain('sentry_key=publickey');
    const [, kind = '', body = ''] = heard[0]?.body.toString().split('\n') ?? [];
    expect(JSON.parse(kind)).toEqual({ type: 'event' });
    expect(event.parse(JSON.parse(body))).toEqual({
      level: 'fatal',
      message: 'worker died',
      tags: { event: 'worker died', merchant: 'shop' },
      exception: {
        values: [
          { type: 'TypeError', value: 'no such column' },
          { type: 'Error', value: 'query' },
        ],
      },
    });
    expect(body).not.toContain('النيل');
  });

  it('are reported thirty times a minute at most, and a refusal is told once each', async () => {
    status = 429;
    const lost: unknown[] = [];
    const reports = createErrorReports(
      `http://publickey@${base}/42`,
      (error) => lost.push(error),
      () => 0,
    );
    for (let n = 0; n < 100; n += 1) reports.report({ level: 'error', event: 'again' });
    await reports.flush();
    expect(heard).toHaveLength(30);
    expect(lost).toHaveLength(30);
  });
});

it('a collector of OpenTelemetry hears how the workers do', async () => {
  const zajel = new RunningZajel({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://${base}` });
  try {
    await zajel.start();
    await expect
      .poll(
        () => heard.some(({ path, body }) => path === '/v1/metrics' && body.includes('temporal_num_pollers')),
        { timeout: 60_000, interval: 500 },
      )
      .toBe(true);
  } finally {
    await zajel.remove();
  }
}, 180_000);
