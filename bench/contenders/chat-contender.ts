import { fileURLToPath } from 'node:url';
import type { Contender, ContenderOptions, RunningContender } from '../contender.ts';
import { answering, freePorts, launchScript, type Launched } from '../processes.ts';

/** What keeps a contender's state: one process, and the address at which its app finds it. */
export interface Keeper {
  readonly process: Launched;
  readonly address: string;
  readonly adminUrl?: string;
}

export interface ChatContender {
  readonly name: string;
  /** The app's script, beside the one that names it. */
  readonly app: URL;
  missing(): Promise<string | null>;
  keeper(options: ContenderOptions): Promise<Keeper>;
  /** Once both run. */
  introduce?(keeper: Keeper, appPort: number): Promise<void>;
  readonly temporal?: (keeper: Keeper) => RunningContender['temporal'];
}

/** A contender that is an app of a few dozen lines beside a server that keeps its state, with the phones at the far end. */
export const chatContender = (own: ChatContender): Contender => ({
  name: own.name,
  missing: () => own.missing(),
  async start(options): Promise<RunningContender> {
    const [port = 0, phonesPort = 0, extraPort = 0] = await freePorts(3);
    const began = performance.now();
    const keeper = await own.keeper(options);
    const phones = launchScript(fileURLToPath(new URL('../phones.ts', import.meta.url)), {
      PORT: String(phonesPort),
    });
    const phonesUrl = `http://127.0.0.1:${phonesPort}`;
    const url = `http://127.0.0.1:${port}`;
    const startApp = async (): Promise<Launched> => {
      const started = launchScript(fileURLToPath(own.app), {
        PORT: String(port),
        EXTRA_PORT: String(extraPort),
        WINDOW_MS: String(options.windowMs),
        PHONES: phonesUrl,
        SERVER: keeper.address,
      });
      await answering(url, started);
      return started;
    };
    await answering(phonesUrl, phones);
    let app = await startApp();
    await own.introduce?.(keeper, extraPort);
    const temporal = own.temporal?.(keeper);
    return {
      messagesUrl: url,
      outboxUrl: phonesUrl,
      headers: {},
      readyMs: performance.now() - began,
      processes: () => ({ server: [keeper.process.pid], worker: [app.pid] }),
      async crash() {
        await app.kill();
        app = await startApp();
      },
      ...(temporal === undefined ? {} : { temporal }),
      async stop() {
        await app.stop();
        await keeper.process.stop();
        await phones.stop();
      },
    };
  },
});
