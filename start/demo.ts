import { lineId, merchantId } from '../domain/ids.ts';
import { putCatalogueItem } from '../store/catalogue.ts';
import type { Database } from '../store/database.ts';
import { createLine } from '../store/lines.ts';
import { createMerchant, writeRules } from '../store/merchants.ts';
import { connectDemoOrders } from './demo-orders.ts';

const DEMO = merchantId('demo');
const SIM = lineId('sim');

const CATALOGUE = [
  {
    id: 'shirt',
    name: 'قميص قطن',
    aliases: ['قميص', 'القميص', 'shirt', 'cotton shirt', 'کراس'],
    price: '350',
    stock: 12,
    description: 'قميص قطن مصري، أبيض وأزرق، مقاسات من S إلى XXL',
  },
  {
    id: 'perfume',
    name: 'عطر العود',
    aliases: ['عطر', 'عود', 'oud', 'perfume', 'بۆن'],
    price: '520',
    stock: 5,
    description: 'عطر عود شرقي، ٥٠ مل',
  },
  {
    id: 'bag',
    name: 'شنطة جلد',
    aliases: ['شنطة', 'شنطه', 'حقيبة', 'جنطة', 'bag', 'leather bag', 'جانتا'],
    price: '890',
    stock: 3,
    description: 'شنطة جلد طبيعي، بني',
  },
  {
    id: 'watch',
    name: 'ساعة يد',
    aliases: ['ساعة', 'watch', 'کاتژمێر'],
    price: '1250',
    stock: 0,
    description: 'ساعة يد كلاسيكية، ضمان سنة',
  },
] as const;

/**
 * The merchant that a newcomer finds: a simulated line, a small catalogue, and an answer to everything.
 * Made once; a demo that was deleted stays deleted.
 */
export async function createDemo(database: Database, sheetsFolder: string): Promise<boolean> {
  return database.system(async (tx) => {
    const [first] = await tx.query(
      'update installation set demo_made = true where not demo_made returning only_row',
    );
    if (first === undefined) return false;
    const created = await createMerchant(tx, {
      id: DEMO,
      name: 'متجر زاجل',
      country: 'EG',
      timezone: 'Africa/Cairo',
      language: 'ar',
      currency: 'EGP',
    });
    if (!created) return false;
    await createLine(tx, {
      merchant: DEMO,
      id: SIM,
      channel: 'simulator',
      account: 'demo/sim',
      config: {},
      credentials: null,
      state: 'connected',
    });
    await writeRules(tx, DEMO, { alwaysAnswer: true });
    for (const item of CATALOGUE) await putCatalogueItem(tx, DEMO, { ...item, currency: null });
    await connectDemoOrders(tx, DEMO, sheetsFolder);
    return true;
  });
}
