import { lineId } from '../../domain/ids.ts';
import { createLine } from '../../store/lines.ts';
import type { Shop } from './shop.ts';

/** From here on the merchant's orders go over a WhatsApp line whose browser no process holds. */
export async function overUnheldLine({ house, merchant }: Shop): Promise<void> {
  const line = lineId('phone');
  await house.database.merchant(merchant, async (tx) => {
    await createLine(tx, {
      merchant,
      id: line,
      channel: 'whatsapp-web',
      account: `${merchant}/phone`,
      config: {},
      credentials: null,
      state: 'stopped',
    });
    await tx.query('update sheets set line = $2 where merchant = $1', [merchant, line]);
  });
}
