/** What a button under an order's question carries: `confirm:<order>` or `cancel:<order>`. */
export const orderButton = (decision: 'confirm' | 'cancel', order: string): string => `${decision}:${order}`;

const BUTTON = /^(confirm|cancel)(?::(.+))?$/s;

/** The decision in a button's payload, whoever made the button; null for any other button. */
export function buttonIn(
  payload: Readonly<Record<string, unknown>> | undefined,
): { decision: 'confirm' | 'cancel'; order: string | null } | null {
  const id = payload?.['id'];
  const match = typeof id === 'string' ? BUTTON.exec(id) : null;
  return match === null
    ? null
    : { decision: match[1] === 'confirm' ? 'confirm' : 'cancel', order: match[2] ?? null };
}
