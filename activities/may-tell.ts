import { orderButton } from '../answers/rules/order-button.ts';
import type { Channel } from '../channels/channel.ts';
import { fillApproved, orderTemplatesIn } from '../channels/whatsapp-cloud/approved-templates.ts';
import { asksForAnswer, orderValues } from '../domain/order-message.ts';
import { orderId } from '../domain/order.ts';
import type { Tx } from '../store/database.ts';
import { readShopkeeper } from '../store/merchants.ts';
import { readOrderFacts, type OrderFacts } from '../store/order-standing.ts';
import type { SendFacts } from '../store/sending.ts';
import { readTemplate } from '../store/templates.ts';
import { nameOf } from './customers-orders.ts';
import type { MaySend } from './may-send.ts';
import { maySendOrder, TEMPLATE_NEEDED } from './may-send-order.ts';

/** Under the same lock as the part: an order that moves on before this instant has nothing sent after it. */
export async function mayTell(
  tx: Tx,
  facts: SendFacts,
  channel: Channel | undefined,
  order: string,
  nowMs: number,
): Promise<MaySend> {
  const { merchant } = facts.outgoing;
  const standing = await readOrderFacts(tx, { merchant, order: orderId(order) }, nowMs);
  if (standing === null) return { kind: 'no', reason: 'order-gone', needsHuman: false };
  const may = maySendOrder(facts, standing, channel, nowMs);
  return may.kind === 'held' && may.reason === TEMPLATE_NEEDED ? asTemplate(tx, facts, standing) : may;
}

/** Outside of the service window: as the template that the line has for messages of this kind, else it waits for one. */
async function asTemplate(tx: Tx, { outgoing, line }: SendFacts, facts: OrderFacts): Promise<MaySend> {
  const held = (reason: string): MaySend => ({ kind: 'held', reason, untilMs: null });
  const type = facts.sayings.find(({ keys }) => keys.includes(outgoing.key))?.type;
  const template = type === undefined ? null : orderTemplatesIn(line.config)[type];
  const shop = await readShopkeeper(tx, outgoing.merchant);
  if (type === undefined || template == null || shop === null) return held(TEMPLATE_NEEDED);
  const { discount } = await readTemplate(tx, outgoing.merchant, type, shop.language);
  const values = orderValues(facts.order, shop, discount ?? undefined);
  const filled = fillApproved(template, outgoing.text, values);
  if (!filled.ok) return held(`missing-${filled.missing.join('-')}`);
  const name = nameOf(facts.order);
  return {
    kind: 'yes',
    outgoing: {
      ...outgoing,
      template: {
        name: template.name,
        language: template.language,
        variables: filled.variables,
        ...(template.buttons && asksForAnswer(type)
          ? { quickReplies: [orderButton('confirm', name), orderButton('cancel', name)] }
          : {}),
      },
    },
  };
}
