import { z } from 'zod';
import type { LineId, MerchantId } from '../../domain/ids.ts';
import type { LineSeen } from '../../workflows/line-activities.ts';
import type { House } from '../house.ts';
import { commandLine, notHeld } from '../line-command.ts';
import { notFound, Problem } from '../problem.ts';
import { route, type Route } from '../route.ts';
import { iso, time } from '../schemas/common.ts';
import { linePath } from '../schemas/line.ts';

const tag = 'Lines';
const one = '/api/merchants/:merchant/lines/:line';
const qr = z
  .object({ text: z.string(), image: z.string().meta({ description: 'A data URL.' }), at: time })
  .meta({ id: 'LineQr' });
const pairing = z.object({ phone: z.string().regex(/^\d{6,15}$/, 'the phone’s number, digits only') });

/** Linking a phone: by QR, or by a code that is typed into it. */
export function lineLoginRoutes(house: House): Route[] {
  return [
    route({
      method: 'get',
      path: `${one}/qr`,
      scope: 'manage',
      tag,
      summary: 'The QR code that waits to be scanned',
      params: linePath,
      responses: { 200: qr, 409: null },
    })(async ({ params: { merchant, line } }) => {
      const found = await house.directory.line(merchant, line);
      if (found === null) throw notFound('line');
      if (found.channel !== 'whatsapp-web') throw noQr('this channel has none');
      const seen = (await lastSeen(house, merchant, line)) ?? (await freshened(house, merchant, line));
      if (seen?.qr == null) throw noQr(whyNone(seen));
      const { text, dataUrl, atMs } = seen.qr;
      return { status: 200, body: { text, image: dataUrl, at: iso(new Date(atMs)) } };
    }),
    route({
      method: 'post',
      path: `${one}/pairing-code`,
      scope: 'manage',
      tag,
      summary: 'A code to type into the phone instead of scanning',
      params: linePath,
      body: pairing,
      responses: { 200: z.object({ code: z.string() }) },
    })(async ({ params: { merchant, line }, body: { phone } }) => {
      if ((await house.directory.line(merchant, line))?.channel !== 'whatsapp-web') throw notFound('line');
      const answer = await commandLine(house, { merchant, line }, { kind: 'pairing-code', phone });
      if (answer.kind !== 'pairing-code') throw notHeld();
      return { status: 200, body: { code: answer.code } };
    }),
  ];
}

/** What the holder saw last; null when its QRs have ended unseen: whoever looks now wants a fresh one. */
async function lastSeen({ lineMail }: House, merchant: MerchantId, line: LineId): Promise<LineSeen | null> {
  const beat = await lineMail.lastBeat({ merchant, line });
  return beat?.seen?.state === 'needs-qr' && beat.seen.qr === null ? null : (beat?.seen ?? null);
}

async function freshened(house: House, merchant: MerchantId, line: LineId): Promise<LineSeen | null> {
  const answer = await commandLine(house, { merchant, line }, { kind: 'fresh-qr' });
  return answer.kind === 'seen' ? answer.seen : null;
}

const noQr = (why: string): Problem => new Problem(409, 'no-qr', `There is no QR code to scan: ${why}.`);

function whyNone(seen: LineSeen | null): string {
  if (seen === null) return 'no browser is open for this line; start the line';
  if (seen.state === 'connected' || seen.state === 'no-new-chats') return 'the line is logged in';
  if (seen.state === 'needs-qr') return 'a fresh one is on its way; ask again in a few seconds';
  return `the line is ${seen.state}; ask again in a few seconds`;
}
