import { EMPTY, setCell, type Cell, type Row, type Tab } from './grid.ts';

/**
 * What Google computes again after every change, of all its functions two: `=COUNTIF(E2:E,"مؤكد")` for a whole column,
 * and `=IF(E2="مؤكد",D2,0)`, also as `=ARRAYFORMULA(IF(E2:E="مؤكد",D2:D,0))`, which spills into the cells below. A nothing after the last comma
 * leaves the cell empty, `""` leaves a text without letters. References go with their row, not with moved columns.
 */
export function recalculate(tab: Tab): void {
  for (const { cells } of tab.rows)
    for (const [column, cell] of cells.entries()) if (cell.spilled === true) cells[column] = EMPTY;
  for (const [row, { cells }] of tab.rows.entries())
    for (const [column, cell] of cells.entries()) {
      const count = counted(tab, cell.formula);
      if (count !== null) setCell(tab, row, column, { ...count, formula: cell.formula ?? '' });
      const formula = conditional(cell.formula);
      if (formula === null) continue;
      setCell(tab, row, column, { ...resultIn(tab.rows[row], formula), formula: formula.inRow(row + 1) });
      if (formula.spills) spill(tab, row, column, formula);
    }
}

function counted(tab: Tab, formula = ''): Cell | null {
  const [, letter, from, equals] = /^=COUNTIF\(([A-Z])(\d+):\1,"([^"]*)"\)$/.exec(formula) ?? [];
  if (letter === undefined) return null;
  const below = tab.rows.slice(Number(from) - 1);
  const count = below.filter(({ cells }) => cells[indexOf(letter)]?.shown === equals).length;
  return { value: count, shown: String(count) };
}

interface Conditional {
  readonly spills: boolean;
  readonly asks: number;
  readonly equals: string;
  readonly then: string;
  readonly otherwise: string;
  inRow(place: number): string;
}

const REFERENCE = /([A-Z])\d+(:[A-Z])?/g;

function conditional(formula: string | undefined): Conditional | null {
  const [, array, asks, equals = '', then = '', otherwise = ''] =
    /^=(ARRAYFORMULA\()?IF\(([A-Z])\d+(?::[A-Z])?="([^"]*)",([^,]*),([^,)]*)\)+$/.exec(formula ?? '') ?? [];
  if (formula === undefined || asks === undefined) return null;
  return {
    spills: array !== undefined,
    asks: indexOf(asks),
    equals,
    then,
    otherwise,
    inRow: (place) => formula.replaceAll(REFERENCE, `$1${place}$2`),
  };
}

const indexOf = (letter: string): number => letter.charCodeAt(0) - 'A'.charCodeAt(0);

function resultIn(row: Row | undefined, { asks, equals, then, otherwise }: Conditional): Cell {
  const wanted = row?.cells[asks]?.shown === equals ? then : otherwise;
  if (wanted === '') return EMPTY;
  if (/^[A-Z]\d/.test(wanted)) {
    const { value, shown } = row?.cells[indexOf(wanted.slice(0, 1))] ?? EMPTY;
    return { value, shown };
  }
  const text = /^"(.*)"$/.exec(wanted)?.[1];
  return text === undefined ? { value: Number(wanted), shown: wanted } : { value: text, shown: text };
}

function spill(tab: Tab, from: number, column: number, formula: Conditional): void {
  if (tab.rows.slice(from + 1).some(({ cells }) => (cells[column] ?? EMPTY).shown !== '')) {
    // Something was put where it wants to spill.
    setCell(tab, from, column, {
      value: null,
      shown: '#REF!',
      error: true,
      formula: formula.inRow(from + 1),
    });
    return;
  }
  for (let row = from + 1; row < tab.rows.length; row += 1) {
    const result = resultIn(tab.rows[row], formula);
    // What is truly empty shows no trace of the formula.
    if (result.value !== null) setCell(tab, row, column, { ...result, spilled: true });
  }
}
