/** The workflows that a worker runs. */
export { conversation } from './conversation.ts';
export { line } from './line.ts';
export { order } from './order.ts';
export { sheet } from './sheet.ts';
export { webhookDelivery } from './webhook-delivery.ts';
