import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { arch, homedir, platform } from 'node:os';
import { join } from 'node:path';
import { answering, freePorts, launch } from '../../processes.ts';
import { chatContender } from '../chat-contender.ts';

const VERSION = '1.7.12';
const HOME = join(homedir(), '.cache', 'zajel', `restate-${VERSION}`);
/** The program itself: what npm links is a script that starts it, whose time and memory would be measured instead. */
const SERVER = join(
  HOME,
  'node_modules',
  '@restatedev',
  `restate-server-${platform()}-${arch()}`,
  'bin',
  'restate-server',
);

/** Its server comes from npm: 220 MB that nobody needs for anything but this, so it is fetched here and once. */
function fetchServer(): string | null {
  if (existsSync(SERVER)) return null;
  console.error(`Restate: fetching its server ${VERSION} from npm, about 75 MB, once`);
  mkdirSync(HOME, { recursive: true });
  const { status } = spawnSync(
    'npm',
    [
      'install',
      '--prefix',
      HOME,
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      `@restatedev/restate-server@${VERSION}`,
    ],
    { stdio: 'inherit' },
  );
  return status === 0 ? null : 'its server could not be fetched from npm';
}

export const restate = chatContender({
  name: 'Restate',
  app: new URL('./app.ts', import.meta.url),
  missing: () => Promise.resolve(fetchServer()),
  async keeper({ folder }) {
    const [ingress = 0, admin = 0, node = 0] = await freePorts(3);
    const process = launch(SERVER, ['--base-dir', folder, '--no-logo', '--listen-mode', 'tcp'], {
      RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
      RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
      RESTATE_BIND_ADDRESS: `127.0.0.1:${node}`,
      RESTATE_LOG_FILTER: 'warn',
    });
    await answering(`http://127.0.0.1:${admin}/health`, process);
    return { process, address: `http://127.0.0.1:${ingress}`, adminUrl: `http://127.0.0.1:${admin}` };
  },
  async introduce({ adminUrl = '' }, appPort) {
    const response = await fetch(`${adminUrl}/deployments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ uri: `http://127.0.0.1:${appPort}` }),
    });
    if (!response.ok) throw new Error(`Restate does not take the app: ${await response.text()}`);
  },
});
