import { createHash } from 'node:crypto';
import type { LineId, MerchantId, MessageKey } from '../domain/ids.ts';
import { lineId } from '../domain/ids.ts';
import type { ChannelName, MediaReference } from '../domain/message.ts';
import type { Tx } from './database.ts';

/** A customer's file on this machine. */
export interface MediaFile {
  readonly id: string;
  readonly mimeType: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly fileName: string | null;
}

/** What became of one file of a message, beside what the provider said of it. */
export type Fetched =
  | { readonly state: 'fetched'; readonly id: string; readonly mimeType: string; readonly bytes: number }
  | { readonly state: 'failed'; readonly reason: string };

export interface MessageMedia {
  readonly media: readonly (MediaReference & { readonly file?: Fetched })[];
  readonly line: {
    readonly id: LineId;
    readonly channel: ChannelName;
    readonly config: Record<string, unknown>;
    readonly credentials: Buffer | null;
  };
}

/** The same for the same file of the same message, so that an attempt that died is taken up again. */
export const mediaId = (merchant: MerchantId, message: MessageKey, position: number): string =>
  createHash('sha256')
    .update(JSON.stringify([merchant, message, position]))
    .digest('base64url')
    .slice(0, 32);

export async function readMessageMedia(
  tx: Tx,
  merchant: MerchantId,
  message: MessageKey,
): Promise<MessageMedia | null> {
  const [row] = await tx.query<{
    media: MessageMedia['media'] | null;
    line: string;
    channel: ChannelName;
    config: Record<string, unknown>;
    credentials: Buffer | null;
  }>(
    `select m.media, l.id as line, l.channel, l.config, l.credentials from messages m join lines l on l.merchant = m.merchant and l.id = m.line
     where m.merchant = $1 and m.key = $2`,
    [merchant, message],
  );
  if (row?.media === null || row === undefined) return null;
  const { media, line, ...rest } = row;
  return { media, line: { id: lineId(line), ...rest } };
}

export async function recordFetched(
  tx: Tx,
  merchant: MerchantId,
  message: MessageKey,
  position: number,
  fetched: Fetched,
): Promise<void> {
  await tx.query(
    `update messages set media = jsonb_set(media, array[$3, 'file'], $4::jsonb) where merchant = $1 and key = $2 and media is not null`,
    [merchant, message, String(position), JSON.stringify(fetched)],
  );
}

export async function keepMediaFile(
  tx: Tx,
  merchant: MerchantId,
  message: MessageKey,
  position: number,
  file: MediaFile,
): Promise<void> {
  await tx.query(
    `insert into media_files (merchant, id, message, position, mime_type, bytes, sha256, file_name) values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (merchant, id) do update set mime_type = excluded.mime_type, bytes = excluded.bytes, sha256 = excluded.sha256`,
    [merchant, file.id, message, position, file.mimeType, file.bytes, file.sha256, file.fileName],
  );
}

export async function readMediaFile(tx: Tx, merchant: MerchantId, id: string): Promise<MediaFile | null> {
  const [row] = await tx.query<{
    id: string;
    mimeType: string;
    bytes: number;
    sha256: string;
    fileName: string | null;
  }>(
    `select id, mime_type as "mimeType", bytes::float8 as bytes, sha256, file_name as "fileName" from media_files where merchant = $1 and id = $2`,
    [merchant, id],
  );
  return row ?? null;
}
