/** The Cloud API's errors are Graph's; the table is shared with Instagram. */
export { classifyGraph as classify } from '../meta/graph.ts';
