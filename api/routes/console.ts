import { z } from 'zod';
import type { Assets } from '../deps.ts';
import type { House } from '../house.ts';
import { notFound } from '../problem.ts';
import { rawRoute, type Route } from '../route.ts';

const tag = 'Console';

/** Where no console was built in (an API on its own): still something to go on from. */
const NO_CONSOLE: Assets = new Map([
  [
    'index.html',
    {
      type: 'text/html; charset=utf-8',
      body: '<!doctype html><html lang="en"><meta charset="utf-8"><title>Zajel</title><h1>Zajel</h1><p>The API is here: <a href="/docs">documentation</a>.</p></html>\n',
    },
  ],
]);

export function consoleRoutes({ consoleAssets }: House): Route[] {
  const assets = consoleAssets ?? (() => Promise.resolve(NO_CONSOLE));
  return [
    rawRoute({
      method: 'get',
      path: '/',
      scope: 'public',
      tag,
      summary: 'The operator’s web page',
      responses: { 200: { contentType: 'text/html' } },
    })(async (_call, _req, res) => {
      const page = (await assets()).get('index.html');
      if (page === undefined) throw notFound('file');
      res.set({ 'Content-Type': page.type, 'Cache-Control': 'no-cache' }).send(page.body);
    }),
    rawRoute({
      method: 'get',
      path: '/:file',
      catchesAll: true,
      scope: 'public',
      tag,
      summary: 'What that page is made of',
      params: z.object({ file: z.string() }),
      responses: { 200: { contentType: '*/*' } },
    })(async ({ params: { file } }, _req, res) => {
      const asset = (await assets()).get(file);
      if (asset === undefined) throw notFound('route');
      // The name holds the content's hash: what is behind it never changes.
      res
        .set({ 'Content-Type': asset.type, 'Cache-Control': 'public, max-age=31536000, immutable' })
        .send(asset.body);
    }),
  ];
}
