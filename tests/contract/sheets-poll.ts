import { compare, unpinned, withPinned, type Change, type Comparison } from '../../sheets/compare.ts';
import { EMPTY_MEMORY, type SheetMemory } from '../../sheets/memory.ts';
import type { SheetReading, SheetSource, WriteBack, WriteBackOutcome } from '../../sheets/source.ts';

/** A merchant's sheet as the poller treats it: read, pin, compare, remember. */
export class Watched {
  memory: SheetMemory = EMPTY_MEMORY;
  modified: string | null = null;
  reading: SheetReading | null = null;
  source: SheetSource;

  constructor(source: SheetSource) {
    this.source = source;
  }

  /** `null`: the source said that nothing has changed. */
  async poll(options: { conditional?: boolean } = {}): Promise<Comparison | null> {
    const { signal } = new AbortController();
    const unless =
      options.conditional === true && this.modified !== null ? { unlessModified: this.modified } : {};
    const read = await this.source.read({ signal, memory: this.memory, ...unless });
    if (read.kind === 'unchanged') return null;
    const bare = unpinned(read);
    const { rows } = bare.length === 0 ? { rows: [] } : await this.source.pin(bare, signal);
    this.reading = withPinned(read, rows);
    this.modified = read.modified;
    const comparison = compare(this.memory, this.reading);
    if (comparison.kind !== 'suspicious') this.memory = comparison.next;
    return comparison;
  }

  async changes(): Promise<readonly Change[]> {
    const comparison = await this.poll();
    if (comparison?.kind !== 'changes') throw new Error(`not believed: ${JSON.stringify(comparison)}`);
    return comparison.changes;
  }

  /** `new-order:Mona`, `status:Adel`: what happened to whom. */
  async told(): Promise<string[]> {
    return (await this.changes()).map((change) => `${change.kind}:${this.nameOf(change.rowKey)}`);
  }

  keyOf(name: string): string {
    const row = this.reading?.rows.find((one) => one.cells.some(({ formatted }) => formatted === name));
    if (typeof row?.rowKey !== 'string') throw new Error(`${name} has no key`);
    return row.rowKey;
  }

  nameOf(rowKey: string): string {
    const column = this.reading?.columns.name;
    const row = this.reading?.rows.find((one) => one.rowKey === rowKey);
    return column === undefined ? rowKey : (row?.cells[column]?.formatted ?? '(gone)');
  }

  write(change: WriteBack): Promise<WriteBackOutcome> {
    return this.source.writeBack(change, this.memory, new AbortController().signal);
  }
}
