import { isDigits, sameCell, type Fingerprint } from './memory.ts';

/** What makes an order this customer's. */
const WHO = ['phone', 'whatsapp', 'name'] as const;

/** How much each field says about which order a row is. Whom it is for says most; what people keep changing, nothing. */
const WEIGHT: Readonly<Record<string, number>> = {
  phone: 4,
  whatsapp: 4,
  name: 3,
  orderDate: 2,
  address: 2,
  product: 2,
  details: 2,
  total: 1,
  quantity: 1,
  governorate: 1,
  area: 1,
  source: 1,
  orderId: 0,
  status: 0,
  tracking: 0,
  notes: 0,
};
const OTHER_COLUMN = 0.5;

/** How much of what two rows say is the same: `likeness` from 0 to 1 by weight, `differing` cells counted. */
export function resemblance(known: Fingerprint, row: Fingerprint): { likeness: number; differing: number } {
  if (otherCustomer(known, row)) return { likeness: 0, differing: Number.POSITIVE_INFINITY };
  let same = 0;
  let all = 0;
  let differing = 0;
  for (const key of new Set([...Object.keys(known), ...Object.keys(row)])) {
    const weight = WEIGHT[key] ?? OTHER_COLUMN;
    // Digits count with the cell that they stand behind.
    if (weight === 0 || isDigits(key)) continue;
    all += weight;
    if (sameCell(known, row, key)) same += weight;
    else differing += 1;
  }
  return { likeness: all === 0 ? 0 : same / all, differing };
}

/** Both say whom they are for, and neither number nor name is the same. */
export function otherCustomer(known: Fingerprint, row: Fingerprint): boolean {
  const tells = (cells: Fingerprint): boolean => WHO.some((field) => cells[field] !== undefined);
  return (
    tells(known) &&
    tells(row) &&
    !WHO.some((field) => known[field] !== undefined && sameCell(known, row, field))
  );
}

/** The cells that say whom a row is for, to find rows of the same customer quickly. */
export const whoCells = (cells: Fingerprint): string[] =>
  WHO.flatMap((field) => (cells[field] === undefined ? [] : [`${field}=${cells[field]}`]));
