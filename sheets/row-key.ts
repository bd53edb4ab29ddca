import { randomBytes } from 'node:crypto';
import type { RowKey } from './source.ts';

/** 72 random bits in 12 letters: Google keeps only some 30,000 characters of such ids per tab. */
export const newRowKey = (): RowKey => `row:${randomBytes(9).toString('base64url')}`;

/** What is written on a row, and what it means when it is read. */
export const pinOf = (rowKey: RowKey): string => rowKey.replace(/^row:/, '');
export const keyOfPin = (pin: string): RowKey => `row:${pin}`;
