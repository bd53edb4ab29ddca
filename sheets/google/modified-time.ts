import { z } from 'zod';
import { classifyGoogle } from './classify.ts';
import type { GoogleClient } from './client.ts';

/** Google's marker for "somebody edited the file". Null when this key may not ask. */
export type AskModified = (
  client: GoogleClient,
  spreadsheetId: string,
  signal: AbortSignal,
) => Promise<string | null>;

const fileSchema = z.object({ modifiedTime: z.string(), version: z.string().optional() });

/** Once refused (the Drive API is switched off in the merchant's project, usually), it is not asked again by this process. */
export function modifiedTime(): AskModified {
  let allowed = true;
  return async ({ drive }, fileId, signal) => {
    if (!allowed) return null;
    try {
      const { data } = await drive.files.get(
        { fileId, fields: 'modifiedTime,version', supportsAllDrives: true },
        { signal },
      );
      const { modifiedTime: time, version } = fileSchema.parse(data);
      return `${time}/${version ?? ''}`;
    } catch (error) {
      const { class: failure, reason } = classifyGoogle(error);
      if (failure === 'auth' && reason !== 'key-refused') allowed = false;
      // The marker only saves a read. Without it the sheet is read, and that says what is wrong if anything is.
      return null;
    }
  };
}
