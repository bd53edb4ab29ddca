/** Instagram's errors are Graph's; the table is shared with WhatsApp. */
export { classifyGraph as classify } from '../meta/graph.ts';
