import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, rig, until, type Line, type Rig } from './whatsapp-web-rig.ts';

describe.skipIf(CHROMIUM === undefined)('linking a phone (needs Chromium)', () => {
  let the: Rig;
  let line: Line;
  beforeAll(async () => {
    the = await rig();
    line = await the.line();
  });
  afterAll(() => the.close());

  it('shows a QR as text and image, and connects when it is scanned', async () => {
    await line.reached('needs-qr');
    const qr = await until('a QR', () => line.qrs.at(-1));
    expect(qr.text).toMatch(/^2@.+,.+,.+,.+,1$/);
    expect(qr.dataUrl).toMatch(/^data:image\/png;base64,/);
    expect(the.phone.scan()).toBe(true);
    const connection = await line.up();
    expect(connection.report().me?.pn).toBe('201000000001@c.us');
    expect(line.qrs.at(-1)).toBeNull();
  });
});
