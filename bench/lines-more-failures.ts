import { closeSync, ftruncateSync, mkdirSync, openSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { killBrowser, type LineFailure } from './lines-failures.ts';

const LOGIN = 'Default/IndexedDB/https_web.whatsapp.com_0.indexeddb.leveldb';
const GROWN_BYTES = 600 * 1024 * 1024;
/** The size is looked at with every backup, every 5 min; a send on its way then puts it off by one. */
const SIZE_NOTICED_MS = 660_000;

/** What an hour brings beside the ten. */
export const MORE_FAILURES: readonly LineFailure[] = [
  {
    kind: 'page hung (endless loop)',
    cause(fleet) {
      fleet.phone.page('hang');
      return Promise.resolve(Date.now());
    },
  },
  {
    kind: 'page loaded anew by itself',
    cause(fleet) {
      fleet.phone.page('reload');
      return Promise.resolve(Date.now());
    },
  },
  {
    kind: 'browser killed, login damaged',
    async cause(fleet) {
      await killBrowser(fleet);
      const database = join(fleet.paths.profile, LOGIN);
      for (const name of readdirSync(database))
        if (name.startsWith('MANIFEST')) writeFileSync(join(database, name), Buffer.alloc(4_096, 0xa5));
      return Date.now();
    },
  },
];

/** Once only: a browser is replaced for its size at most once a day. */
export const PROFILE_GROWN: LineFailure = {
  kind: 'profile grown past 500 MB',
  async cause(fleet) {
    grow(join(fleet.paths.profile, 'Default', 'Cache'));
    await fleet.until(
      'its size noticed',
      async () => (await fleet.line()).history.some(({ why }) => why === 'profile-too-large'),
      SIZE_NOTICED_MS,
    );
    return Date.now();
  },
};

/** A hole of so many bytes: what is measured is the size that files say they have. */
function grow(cache: string): void {
  mkdirSync(cache, { recursive: true });
  const file = openSync(join(cache, 'grown'), 'w');
  try {
    ftruncateSync(file, GROWN_BYTES);
  } finally {
    closeSync(file);
  }
}
