import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
];
const WINDOWS_FOLDERS = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'];
const MAC_PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
];

/** The browser for whatsapp-web lines: the one that was named, else the first one found. Null: there is none. */
export function findChromium(given: string | undefined): string | null {
  if (given !== undefined) return existsSync(given) ? given : null;
  return candidates().find((file) => existsSync(file)) ?? null;
}

function candidates(): string[] {
  if (process.platform === 'darwin') return MAC_PLACES;
  if (process.platform === 'win32') {
    const folders = WINDOWS_FOLDERS.map((name) => process.env[name]).filter((folder) => folder !== undefined);
    return folders.flatMap((folder) => [
      join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'),
      join(folder, 'Chromium', 'Application', 'chrome.exe'),
      join(folder, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
    ]);
  }
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)));
}
