import { z } from 'zod';

/** The JSON key of a Google service account, as the Cloud console gives it out. Other fields are not needed. */
export const serviceAccountSchema = z.object({
  type: z.literal('service_account'),
  client_email: z.email(),
  private_key: z.string().includes('PRIVATE KEY'),
  private_key_id: z.string().optional(),
  /** Where tokens are asked for. @default Google's own */
  token_uri: z.url().optional(),
});
export type ServiceAccount = z.infer<typeof serviceAccountSchema>;

const ID = /^[\w-]{10,}$/;

/** A spreadsheet's id, from the id itself or from the address in the browser; null when it is neither. */
export function spreadsheetId(urlOrId: string): string | null {
  const inUrl = /\/spreadsheets\/(?:u\/\d+\/)?d\/([\w-]+)/.exec(urlOrId)?.[1];
  const id = inUrl ?? urlOrId.trim();
  return ID.test(id) ? id : null;
}

/** The tab that an address points at (`#gid=…`), by the id that survives renaming and reordering. */
export function tabIdIn(urlOrId: string): number | null {
  const gid = /[#?&]gid=(\d+)/.exec(urlOrId)?.[1];
  return gid === undefined ? null : Number(gid);
}
