import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export type Row = readonly string[];
export const HEADER: Row = [
  'رقم الطلب',
  'الاسم',
  'رقم الهاتف',
  'اسم المنتج',
  'السعر الإجمالي',
  'الحالة',
  'حالة الواتساب',
];
export const STATUS = 5;
const MESSAGE_STATE = 6;

/** Made-up numbers that no network has given out to a person. */
export const phoneOf = (index: number): string => `0100000${String(index).padStart(4, '0')}`;
export const addressOf = (index: number): string => `20100000${String(index).padStart(4, '0')}`;
export const orderRow = (
  index: number,
  status = '',
  more: Partial<Record<'id' | 'name' | 'phone' | 'total', string>> = {},
): Row => [
  more.id ?? `A${index}`,
  more.name ?? `عميل ${index}`,
  more.phone ?? phoneOf(index),
  'قميص',
  more.total ?? '350',
  status,
  '',
];
export const withStatus = (row: Row, status: string): Row =>
  row.map((cell, column) => (column === STATUS ? status : cell));

/** A file of orders and the person who edits it. */
export class SheetFile {
  file: string;
  rows: Row[];

  constructor(file: string, rows: readonly Row[]) {
    this.file = file;
    this.rows = [...rows];
  }

  /** As a spreadsheet program saves: beside it, then over it. */
  save(
    text: string = [HEADER, ...this.rows]
      .map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(','))
      .join('\r\n') + '\r\n',
  ): void {
    writeFileSync(`${this.file}.saving`, text);
    renameSync(`${this.file}.saving`, this.file);
  }

  /** Another file from now on. */
  protected moveTo(file: string, rows: readonly Row[]): void {
    this.file = file;
    this.rows = [...rows];
    this.save();
  }

  /** A person edits what the file says now (Zajel may have written into it) and saves. */
  edit(change: (rows: Row[]) => readonly Row[]): void {
    this.rows = [...change(this.read().slice(1))];
    this.save();
  }

  /** Its program holds it open, so Zajel may read it and not write; returns what closes it. */
  openInExcel(): () => void {
    const lock = join(dirname(this.file), `~$${basename(this.file)}`);
    writeFileSync(lock, '');
    return () => rmSync(lock);
  }

  add(...rows: Row[]): void {
    this.edit((before) => [...before, ...rows]);
  }

  setStatus(id: string, status: string): void {
    this.edit((rows) => rows.map((row) => (row[0] === id ? withStatus(row, status) : row)));
  }

  statusOf(id: string): string | undefined {
    return this.read().find((row) => row[0] === id)?.[STATUS];
  }

  /** What Zajel says of its messages there. */
  messageStateOf(id: string): string | undefined {
    return this.read().find((row) => row[0] === id)?.[MESSAGE_STATE];
  }

  read(): string[][] {
    const lines = readFileSync(this.file, 'utf8')
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/)
      .filter((line) => line !== '');
    return lines.map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((cell) =>
        (cell[1] ?? cell[2] ?? '').replaceAll('""', '"'),
      ),
    );
  }
}

/** Quiet hours that have begun and last so long, by the clock on the wall of the tests' merchants. */
export function nightFrom(nowMs: number, lastsMs: number): { from: string; to: string } {
  const wall = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Africa/Cairo',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return { from: wall.format(nowMs - 60_000), to: wall.format(nowMs + lastsMs) };
}
