import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { mediaPlace } from '../../domain/media-place.ts';
import { readMediaFile } from '../../store/media-files.ts';
import type { House } from '../house.ts';
import { notFound } from '../problem.ts';
import { rawRoute, type Route } from '../route.ts';
import { merchantParam } from '../schemas/common.ts';

const mediaPath = z.object({ merchant: merchantParam, id: z.string().regex(/^[\w-]{32}$/) });

/** Shown in the page. Everything else is only ever saved: a customer's file may be a page with a script in it. */
const SHOWN = /^(?:image\/(?:jpeg|png|webp|gif)|audio\/(?:ogg|mpeg|mp4|aac|amr)|video\/(?:mp4|3gpp))$/;

/** Customers' files, to those who may read the merchant's conversations. */
export function mediaRoutes({ database, mediaFolder = null }: House): Route[] {
  return [
    rawRoute({
      method: 'get',
      path: '/api/merchants/:merchant/media/:id',
      scope: 'read',
      tag: 'Conversations',
      summary: 'A customer’s file',
      params: mediaPath,
      takesTicket: true,
      responses: { 200: { contentType: 'application/octet-stream' } },
    })(async ({ params: { merchant, id } }, req, res) => {
      const file = await database.merchant(merchant, (tx) => readMediaFile(tx, merchant, id));
      if (file === null || mediaFolder === null) throw notFound('file');
      const path = join(mediaFolder, ...mediaPlace(merchant, id));
      const found = await stat(path).catch((gone: unknown) => {
        // Another host's folder, or one that was cleaned: known, and not here.
        if (gone instanceof Error && 'code' in gone && gone.code === 'ENOENT') return null;
        throw gone;
      });
      if (found === null) throw notFound('file');
      const isShown = SHOWN.test(file.mimeType);
      res.status(200).set({
        'Content-Type': isShown ? file.mimeType : 'application/octet-stream',
        'Content-Length': String(found.size),
        'Content-Disposition': `${isShown ? 'inline' : 'attachment'}; filename*=UTF-8''${nameOf(file.fileName, id)}`,
        'Content-Security-Policy': "sandbox; default-src 'none'",
        'Cache-Control': 'private, max-age=86400, immutable',
      });
      if (req.method === 'HEAD') res.end();
      else await pipeline(createReadStream(path), res);
    }),
  ];
}

const nameOf = (fileName: string | null, id: string): string =>
  encodeURIComponent((fileName ?? id).toWellFormed().slice(0, 150)).replaceAll(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
