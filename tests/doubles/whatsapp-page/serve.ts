import { tmpdir } from 'node:os';
import path from 'node:path';
import { startWhatsAppDouble } from './double.ts';

// Stands alone: `node serve.ts [folder] [port]`, then set WHATSAPP_WEB_CACHE and WHATSAPP_WEB_VERSION as printed.
const [directory = path.join(tmpdir(), 'whatsapp-page'), port = '4700'] = process.argv.slice(2);
const double = await startWhatsAppDouble({ directory, port: Number(port), remember: true });
process.stdout.write(
  `WHATSAPP_WEB_CACHE=${double.cache}\nWHATSAPP_WEB_VERSION=${double.version}\ncontrol=${double.url}/control/\nbrowser flags: ${double.browserArgs.join(' ')}\n`,
);
