import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export interface Asset {
  readonly body: Buffer | string;
  readonly type: string;
}

/** Safari 16 and Chrome 110 are from early 2023: phones of a shop are not new. */
const BROWSERS = ['chrome110', 'safari16', 'firefox115'];

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

let bundled: Promise<Map<string, Asset>> | null = null;

/**
 * The console's files by name, bundled in memory once. All but `index.html` carry their content's hash in the
 * name, so they may be cached for ever and a page never gets half of a newer version.
 */
export function consoleAssets(): Promise<Map<string, Asset>> {
  bundled ??= bundle();
  return bundled;
}

async function bundle(): Promise<Map<string, Asset>> {
  const [built, page, icon] = await Promise.all([
    build({
      entryPoints: { app: here('main.tsx') },
      outdir: here('bundle'),
      write: false,
      bundle: true,
      minify: true,
      format: 'esm',
      target: BROWSERS,
      jsx: 'automatic',
      jsxImportSource: 'preact',
      legalComments: 'none',
      charset: 'utf8',
      logLevel: 'silent',
      define: { 'process.env.NODE_ENV': '"production"' },
    }),
    readFile(here('page.html'), 'utf8'),
    readFile(here('icon.svg')),
  ]);
  const assets = new Map<string, Asset>();
  const add = (name: string, ending: 'js' | 'css' | 'svg', body: Buffer): string => {
    const hashed = `${name}-${createHash('sha256').update(body).digest('hex').slice(0, 12)}.${ending}`;
    assets.set(hashed, { body, type: TYPES[ending] });
    return hashed;
  };
  const named = (ending: 'js' | 'css'): string => {
    const file = built.outputFiles.find(({ path }) => basename(path) === `app.${ending}`);
    if (file === undefined) throw new Error(`the console was bundled without its ${ending} file`);
    return add('app', ending, Buffer.from(file.contents));
  };
  const names: Readonly<Record<string, string>> = {
    js: named('js'),
    css: named('css'),
    icon: add('icon', 'svg', icon),
  };
  const html = page.replace(/\{\{(\w+)\}\}/g, (_, slot: string) => `./${names[slot] ?? ''}`);
  return assets.set('index.html', { body: html, type: 'text/html; charset=utf-8' });
}

const TYPES = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
} as const;
