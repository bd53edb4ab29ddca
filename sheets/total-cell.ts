import { asciiDigits } from '../domain/text.ts';
import type { Cell } from './source.ts';

/** One mark before exactly three digits: `355.825` is a bit more than 355, or 355 thousand. */
const DOUBTFUL = /^(\D*)(\d{1,3})([.,])(\d{3})(\D*)$/u;

/** The total as it is to be read. Where the text alone leaves open what its mark means, the number behind it tells. */
export function totalText({ formatted, unformatted }: Cell): string {
  const doubtful = typeof unformatted === 'number' ? DOUBTFUL.exec(asciiDigits(formatted)) : null;
  if (doubtful === null) return formatted;
  const [, before = '', whole = '', mark = '', three = '', after = ''] = doubtful;
  const isAbout = (amount: number): boolean => Math.abs(Math.abs(Number(unformatted)) - amount) < 0.0006;
  // A fourth place can't be a group of thousands.
  if (isAbout(Number(`${whole}.${three}`))) return `${before}${whole}.${three}0${after}`;
  // In money with three places a point would be taken for the decimal one.
  if (mark === '.' && isAbout(Number(`${whole}${three}`))) return `${before}${whole}${three}${after}`;
  return formatted;
}
