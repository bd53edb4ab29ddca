import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { House } from '../house.ts';
import { openApiDocument } from '../openapi.ts';
import { notFound } from '../problem.ts';
import { rawRoute, type Route } from '../route.ts';

const tag = 'Documentation';
const swagger = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

const FILES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css',
  'swagger-ui-bundle.js': 'text/javascript',
  'favicon-32x32.png': 'image/png',
};

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Zajel API</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

/** The page's own policy forbids inline scripts and anything from elsewhere, the validator's badge included. */
const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#docs', deepLinking: true, validatorUrl: null, persistAuthorization: false });\n`;

/** `routes` is asked late: the document also describes the routes that serve it. */
export function documentationRoutes({ settings }: House, routes: () => readonly Route[]): Route[] {
  let document: string | null = null;
  return [
    rawRoute({
      method: 'get',
      path: '/openapi.json',
      scope: 'public',
      tag,
      summary: 'This API as OpenAPI 3.1',
      responses: { 200: { contentType: 'application/json' } },
    })((_call, _req, res) => {
      document ??= JSON.stringify(openApiDocument(routes(), settings.publicUrl));
      res.type('application/json').send(document);
    }),
    rawRoute({
      method: 'get',
      path: '/docs',
      scope: 'public',
      tag,
      summary: 'This API to read and try',
      responses: { 200: { contentType: 'text/html' } },
    })((_call, _req, res) => {
      res.type('text/html').send(PAGE);
    }),
    rawRoute({
      method: 'get',
      path: '/docs/:file',
      scope: 'public',
      tag,
      summary: 'What that page is made of',
      params: z.object({ file: z.string() }),
      responses: { 200: { contentType: '*/*' } },
    })(async ({ params: { file } }, _req, res) => {
      const type = Object.hasOwn(FILES, file) ? FILES[file] : undefined;
      if (file === 'start.js') res.type('text/javascript').send(START);
      else if (type === undefined) throw notFound('file');
      else
        res
          .type(type)
          .set('Cache-Control', 'public, max-age=3600')
          .send(await readFile(join(swagger, file)));
    }),
  ];
}
