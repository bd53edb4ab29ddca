import {
  ClassifiedError,
  networkCode,
  neverLeft,
  serialiseError,
  type Failure,
} from '../../domain/errors.ts';
import { LineRefused } from './refused.ts';
import { TimedOut } from './waiting.ts';

const PAGE_LOST =
  /session closed|target closed|execution context was destroyed|detached frame|frame was detached|page crashed|connection closed|protocol error|cannot find context|browser has disconnected/i;
const LOGGED_OUT = /logged out|unpaired|not logged in/i;
const REFUSED = /ERROR_BLOCKED|is blocked|reachout.?timelock|account.?restricted/i;

/**
 * What an error of the library means for a send. Whatever is not known to have failed before the page had the message
 * is `unknown`: the chat's own history is read before anything is sent again.
 */
export function classify(error: unknown): Failure {
  if (error instanceof ClassifiedError) return error.failure;
  const detail = wordsOf(error);
  if (error instanceof LineRefused) return { class: 'retryable', reason: error.code, detail };
  if (error instanceof TimedOut) return { class: 'unknown', reason: 'page-silent', detail };
  if (REFUSED.test(detail)) return { class: 'throttled', reason: 'no-new-chats', detail, scope: 'line' };
  if (LOGGED_OUT.test(detail)) return { class: 'auth', reason: 'logged-out', detail };
  if (PAGE_LOST.test(detail)) return { class: 'unknown', reason: 'page-lost', detail };
  const code = networkCode(error);
  if (code !== null)
    return {
      class: neverLeft(code) ? 'retryable' : 'unknown',
      reason: 'network',
      detail: `${code}: ${detail}`,
    };
  return { class: 'unknown', reason: 'unexpected', detail };
}

/** The library throws strings, too. */
export function wordsOf(error: unknown): string {
  if (typeof error === 'string') return error;
  const { name, message } = serialiseError(error);
  return `${String(name)}: ${String(message)}`;
}

/** It surely did not reach the page. */
export const notHanded = (reason: string, detail: string, more: Partial<Failure> = {}): ClassifiedError =>
  new ClassifiedError({ class: 'retryable', reason, detail, ...more });
