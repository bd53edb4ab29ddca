import { afterAll, beforeAll, beforeEach } from 'vitest';
import { serviceAccountSchema } from '../../sheets/google/credentials.ts';
import { googleSource, type GoogleSheet } from '../../sheets/google/google-source.ts';
import { startSheetsDouble, type SheetHandle, type SheetsDouble } from '../doubles/sheets-api/double.ts';
import { Watched } from './sheets-poll.ts';

export const HEADER = ['الاسم', 'رقم الهاتف', 'اسم المنتج', 'توتال السعر', 'الحالة', 'حالة الواتساب'];
export const ORDERS = [
  ['Mona', '01012345601', 'Lamp', '500', 'جديد', ''],
  ['Adel', '01012345602', 'Lamp', '500', 'جديد', ''],
  ['Sara', '01012345603', 'Desk', '900', '', ''],
  ['Nour', '01012345604', 'Chair', '300', 'تم الشحن', ''],
];
export const STATUS = 4;
export const STATE = 5;

/** Google, and in it a sheet of four orders, anew for each test. */
export interface GoogleGround {
  readonly double: SheetsDouble;
  sheet: SheetHandle;
  connect(more?: Partial<GoogleSheet>): Watched;
  /** Connected, polled once, and Google's counts at nought. */
  known(): Promise<Watched>;
  /** What stands in this person's row. */
  cell(name: string, column: number): string | undefined;
  /** Whose rows hold this. */
  namesWith(text: string): (string | undefined)[];
}

const isName = (text: string): boolean => ORDERS.some(([name]) => name === text);

export function googleGround(): GoogleGround {
  let double: SheetsDouble | undefined;
  let sheet: SheetHandle | undefined;
  const open = <Part>(part: Part | undefined): Part => {
    if (part === undefined) throw new Error('nothing is open outside of a test');
    return part;
  };
  beforeAll(async () => {
    double = await startSheetsDouble();
  });
  afterAll(() => double?.close());
  beforeEach(() => {
    const google = open(double);
    google.heal();
    google.restoreKey();
    google.driveEnabled(true);
    google.quirks.blankCellsMatch = true;
    google.quirks.metadataCharacters = 30_000;
    google.resetCounts();
    sheet = google.create([HEADER, ...ORDERS]);
  });
  return {
    get double() {
      return open(double);
    },
    get sheet() {
      return open(sheet);
    },
    set sheet(other) {
      sheet = other;
    },
    connect(more = {}) {
      return new Watched(
        googleSource({
          spreadsheet: this.sheet.id,
          credentials: serviceAccountSchema.parse(this.double.credentials()),
          apiUrl: this.double.url,
          ...more,
        }),
      );
    },
    async known() {
      const watched = this.connect();
      await watched.poll();
      this.double.resetCounts();
      return watched;
    },
    cell(name, column) {
      return this.sheet.texts().find(([first]) => first === name)?.[column];
    },
    namesWith(text) {
      return this.sheet.texts().flatMap((row) => (row.includes(text) ? [row.find(isName)] : []));
    },
  };
}
