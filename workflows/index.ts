/** The workflows that a worker runs. */
export { conversation } from './conversation.ts';
