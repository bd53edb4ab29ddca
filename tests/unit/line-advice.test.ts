import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { adviceFor } from '../../api/line-advice.ts';
import { lineState } from '../../api/schemas/line.ts';
import { ROOT } from '../../start/root.ts';

const CHANNEL = join(ROOT, 'channels', 'whatsapp-web');

/** Every reason for which a browser's life fails, as the channel's own code names them. */
const reasons = new Set(
  readdirSync(CHANNEL)
    .map((file) => readFileSync(join(CHANNEL, file), 'utf8'))
    .flatMap((code) => [...code.matchAll(/how: 'failed',\s*why: '([a-z-]+)'/g)])
    .map(([, why]) => why ?? ''),
);
// Its state says more: the phone ended the login.
reasons.delete('logged-out');

describe('what to do about a line', () => {
  it.each(lineState.options.filter((state) => state !== 'connected'))('is said for the state %s', (state) => {
    for (const reason of [null, 'a-reason-nobody-knows', ...reasons]) {
      const [advice] = adviceFor(state, reason);
      expect(advice?.text.ar).toMatch(/[\u0600-\u06ff]{3}.*[.]$/);
      expect(advice?.text.en).toMatch(/^[^\u0600-\u06ff]{10,}[.]$/);
    }
  });

  it('is nothing while it is connected, and to start it when a person stopped it, whatever came before', () => {
    expect(adviceFor('connected', 'page-crashed')).toEqual([]);
    expect(adviceFor('stopped', 'page-crashed')).toMatchObject([{ code: 'start-line' }]);
  });

  it('knows the reasons that are in the code', () => {
    expect(reasons.size).toBeGreaterThan(10);
    expect([...reasons]).toContain('browser-gone');
  });

  it.each([...reasons, 'no-chromium', 'not-writable', 'no-space', 'in-use', 'socket-opening', 'conflict'])(
    'is exact for the reason %s',
    (reason) => {
      expect(adviceFor('degraded', reason)[0]?.code).not.toBe('wait-or-restart');
    },
  );
});
