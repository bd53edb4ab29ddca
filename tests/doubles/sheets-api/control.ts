import { z } from 'zod';
import { faultPlan } from '../far-end/faults.ts';
import type { Heard } from '../far-end/server.ts';
import type { SheetsDouble } from './double.ts';
import { personEdit } from './person.ts';

const KINDS = [
  'token',
  'get',
  'getByDataFilter',
  'batchUpdate',
  'values.batchGet',
  'values.batchGetByDataFilter',
  'values.batchUpdate',
  'values.batchUpdateByDataFilter',
  'developerMetadata.search',
  'drive.files.get',
] as const;

const createBody = z.object({
  id: z.string().optional(),
  title: z.string().optional(),
  rows: z.array(z.array(z.string())),
});
const personBody = z.object({
  edits: z.array(personEdit),
  before: z.enum(KINDS).optional(),
  after: z.enum(KINDS).optional(),
});
const switches = z.object({
  key: z.enum(['revoke', 'restore']).optional(),
  expireTokens: z.literal(true).optional(),
  driveEnabled: z.boolean().optional(),
  blankCellsMatch: z.boolean().optional(),
  metadataCharacters: z.number().optional(),
});

/** The handles on the double for tests that run in another process; see README.md. */
export function answerControl(heard: Heard, double: SheetsDouble): void {
  const sheet = /^\/control\/sheets\/([^/]+)(\/person)?$/.exec(heard.path);
  const route = `${heard.method} ${sheet === null ? heard.path : `/control/sheets/:id${sheet[2] ?? ''}`}`;
  switch (route) {
    case 'GET /control/credentials': {
      heard.reply(200, double.credentials());
      return;
    }
    case 'GET /control/counts': {
      heard.reply(200, double.counts());
      return;
    }
    case 'DELETE /control/counts':
      double.resetCounts();
      {
        heard.reply(200, {});
        return;
      }
    case 'POST /control/faults':
      double.fail(faultPlan.parse(heard.json));
      {
        heard.reply(200, {});
        return;
      }
    case 'DELETE /control/faults':
      double.heal();
      {
        heard.reply(200, {});
        return;
      }
    case 'POST /control/switches':
      flip(double, switches.parse(heard.json));
      {
        heard.reply(200, {});
        return;
      }
    case 'POST /control/sheets': {
      const { rows, id, title } = createBody.parse(heard.json);
      const made = double.create(rows, {
        ...(id === undefined ? {} : { id }),
        ...(title === undefined ? {} : { title }),
      });
      heard.reply(201, { id: made.id, sheetId: made.sheetId });
      return;
    }
    case 'GET /control/sheets/:id': {
      heard.reply(200, { texts: double.sheet(sheet?.[1] ?? '').texts() });
      return;
    }
    case 'POST /control/sheets/:id/person': {
      const { edits, before, after } = personBody.parse(heard.json);
      const handle = double.sheet(sheet?.[1] ?? '');
      if (before !== undefined) handle.personBefore(before, ...edits);
      else if (after !== undefined) handle.personAfter(after, ...edits);
      else handle.person(...edits);
      heard.reply(200, {});
      return;
    }
    default: {
      heard.reply(404, { double: `no such control: ${route}` });
      return;
    }
  }
}

function flip(double: SheetsDouble, wanted: z.output<typeof switches>): void {
  if (wanted.key === 'revoke') double.revokeKey();
  if (wanted.key === 'restore') double.restoreKey();
  if (wanted.expireTokens === true) double.expireTokens();
  if (wanted.driveEnabled !== undefined) double.driveEnabled(wanted.driveEnabled);
  if (wanted.blankCellsMatch !== undefined) double.quirks.blankCellsMatch = wanted.blankCellsMatch;
  if (wanted.metadataCharacters !== undefined) double.quirks.metadataCharacters = wanted.metadataCharacters;
}
