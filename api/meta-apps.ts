import { z } from 'zod';
import type { Database } from '../store/database.ts';
import { readMetaApp } from '../store/meta-apps.ts';
import type { Seal } from '../store/sealed.ts';

export const metaAppSecrets = z.object({ appSecret: z.string(), verifyToken: z.string() });
export type MetaAppSecrets = z.infer<typeof metaAppSecrets>;

const REMEMBERED_MS = 2_000;
/** Somebody who tries names must not fill the memory. */
const MOST_REMEMBERED = 1_000;

/** The apps whose signatures are believed, opened, remembered for a moment: every webhook asks. */
export class MetaApps {
  readonly #database: Database;
  readonly #seal: Seal;
  readonly #remembered = new Map<
    string,
    { readonly secrets: MetaAppSecrets | null; readonly untilMs: number }
  >();

  constructor({ database, seal }: { readonly database: Database; readonly seal: Seal }) {
    this.#database = database;
    this.#seal = seal;
  }

  async secretsOf(id: string): Promise<MetaAppSecrets | null> {
    const remembered = this.#remembered.get(id);
    if (remembered !== undefined && remembered.untilMs > Date.now()) return remembered.secrets;
    // As the system: an app belongs to the installation, and its webhook names no merchant.
    const app = await this.#database.system((tx) => readMetaApp(tx, id));
    const secrets = app === null ? null : metaAppSecrets.parse(this.#seal.openJson(app.secrets));
    if (this.#remembered.size >= MOST_REMEMBERED) this.#remembered.clear();
    this.#remembered.set(id, { secrets, untilMs: Date.now() + REMEMBERED_MS });
    return secrets;
  }

  forget(): void {
    this.#remembered.clear();
  }
}
