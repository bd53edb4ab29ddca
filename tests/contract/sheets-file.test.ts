import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileSource } from '../../sheets/file/file-source.ts';
import { readSettled, replaceFile } from '../../sheets/file/settled-file.ts';
import { Watched } from './sheets-poll.ts';
import { partsOf, workbook } from './sheets-workbook.ts';

let data: string;
let folder: string;
const at = (name: string): string => path.join(folder, name);
const connect = (name: string, tab?: string): Watched =>
  new Watched(fileSource({ folder, path: name, ...(tab === undefined ? {} : { tab }) }));
const failureOf = async (watched: Watched): Promise<unknown> =>
  watched.source.classify(await watched.poll().catch((error: unknown) => error));

beforeEach(async () => {
  data = await mkdtemp(path.join(tmpdir(), 'zajel-sheets-'));
  folder = path.join(data, 'sheets');
  await mkdir(folder);
});
afterEach(() => rm(data, { recursive: true }));

const CSV = [
  'Name,Phone,Product,Status,WhatsApp Status',
  'Mona,01012345601,"Lamp, ""big""",جديد,',
  'Adel,01012345602,"Desk',
  'with drawers",جديد,',
  '',
  'Sara,01012345603,Chair,جديد,old',
].join('\n');

describe('a .csv that people edit', () => {
  it.each([
    ['comma', ',', '\n', ''],
    ['semicolon, CRLF and BOM', ';', '\r\n', '\uFEFF'],
    ['tab', '\t', '\n', '\uFEFF'],
  ])('is read and written with %s, every other byte as it was', async (_, delimiter, lineEnd, bom) => {
    const original = bom + CSV.replaceAll(',', delimiter).replaceAll('\n', lineEnd);
    await writeFile(at('orders.csv'), original);
    const watched = connect('orders.csv');
    await watched.poll();
    expect(watched.reading?.rows.map(({ place, cells }) => [place, cells[0]?.formatted])).toEqual([
      [2, 'Mona'],
      [3, 'Adel'],
      [5, 'Sara'],
    ]);
    expect(watched.reading?.rows[0]?.cells[2]?.formatted).toBe(`Lamp${delimiter} "big"`);
    const outcome = await watched.write({
      rowKey: watched.keyOf('Adel'),
      expect: { status: 'جديد' },
      set: { status: 'مؤكد', messageState: `read${delimiter} "now"` },
    });
    expect(outcome).toEqual({ written: true });
    const written = await readFile(at('orders.csv'), 'utf8');
    expect(written).toBe(
      original.replace(
        `drawers"${delimiter}جديد${delimiter}`,
        `drawers"${delimiter}مؤكد${delimiter}"read${delimiter} ""now"""`,
      ),
    );
  });

  it('is read below a title and a note, and written in the right row', async () => {
    const original = `طلبات شهر مارس,,,,\n\n"يراجع يوميا، الهاتف مهم",,,,\n${CSV}`;
    await writeFile(at('orders.csv'), original);
    const watched = connect('orders.csv');
    expect(await watched.poll()).toMatchObject({ kind: 'baseline' });
    expect(watched.reading?.rows).toHaveLength(3);
    expect(
      await watched.write({
        rowKey: watched.keyOf('Sara'),
        expect: { status: 'جديد' },
        set: { status: 'مؤكد', messageState: 'sent' },
      }),
    ).toEqual({ written: true });
    expect(await readFile(at('orders.csv'), 'utf8')).toBe(
      original.replace('Chair,جديد,old', 'Chair,مؤكد,sent'),
    );
  });

  it('names the first row as its headers when none names phone and status', async () => {
    await writeFile(at('orders.csv'), 'Name,Status\nMona,new\nAdel,new\n');
    const watched = connect('orders.csv');
    expect(await watched.poll()).toMatchObject({
      kind: 'suspicious',
      suspicion: { reason: 'unclear-columns', problems: [{ code: 'missing', field: 'phone' }] },
    });
    expect(watched.reading?.headers).toEqual(['Name', 'Status']);
  });

  it('keeps a quoted cell quoted, and fills a row that is shorter than its header', async () => {
    await writeFile(
      at('orders.csv'),
      '"Name","Phone","Status","WhatsApp Status"\n"Mona","01012345601","جديد"\n',
    );
    const watched = connect('orders.csv');
    await watched.poll();
    await watched.write({
      rowKey: watched.keyOf('Mona'),
      expect: { status: 'جديد' },
      set: { status: 'مؤكد', messageState: 'sent' },
    });
    expect(await readFile(at('orders.csv'), 'utf8')).toBe(
      '"Name","Phone","Status","WhatsApp Status"\n"Mona","01012345601","مؤكد",sent\n',
    );
  });

  it('says that nothing has changed without reading, until somebody saves', async () => {
    await writeFile(at('orders.csv'), CSV);
    const watched = connect('orders.csv');
    await watched.poll();
    expect(await watched.poll({ conditional: true })).toBeNull();
    await writeFile(at('orders.csv'), CSV.replace('Chair,جديد', 'Chair,تم الشحن'));
    expect(await watched.told()).toEqual(['status:Sara']);
  });

  it('knows its rows again after they were sorted, edited and added to', async () => {
    await writeFile(at('orders.csv'), 'Name,Phone,Status\nMona,01012345601,new\nAdel,01012345602,new\n');
    const watched = connect('orders.csv');
    await watched.poll();
    const [mona, adel] = [watched.keyOf('Mona'), watched.keyOf('Adel')];
    await writeFile(
      at('orders.csv'),
      'Phone,Name,Status\n01112345600,Zein,\n01012345602,Adel,مؤكد\n01012345601,Mona,new\n',
    );
    expect(await watched.told()).toEqual(['new-order:Zein', 'status:Adel']);
    expect([watched.keyOf('Mona'), watched.keyOf('Adel')]).toEqual([mona, adel]);
  });

  it('is never read half: while a program writes it in pieces the reading waits for the end', async () => {
    await writeFile(at('orders.csv'), '');
    const watched = connect('orders.csv');
    const rows = Array.from({ length: 40 }, (_, index) => `Name ${index},010${10_000_000 + index},"new"`);
    const saving = (async () => {
      let text = 'Name,Phone,Status\n';
      for (const row of rows) {
        text += `${row}\n`;
        await writeFile(at('orders.csv'), text.slice(0, -2));
        await sleep(5);
      }
      await writeFile(at('orders.csv'), text);
    })();
    await watched.poll();
    await saving;
    expect(watched.reading?.rows).toHaveLength(40);
  });

  it('is waited for while a program deletes it and renames its new version into place', async () => {
    await writeFile(at('new.csv'), CSV);
    const watched = connect('orders.csv');
    const polling = watched.poll();
    await sleep(300);
    await rename(at('new.csv'), at('orders.csv'));
    expect(await polling).toMatchObject({ kind: 'baseline' });
  });

  it('leaves a status alone that a person changed, and says when the row is gone', async () => {
    await writeFile(at('orders.csv'), CSV);
    const watched = connect('orders.csv');
    await watched.poll();
    const change = { rowKey: watched.keyOf('Sara'), expect: { status: 'جديد' }, set: { status: 'مؤكد' } };
    await writeFile(at('orders.csv'), CSV.replace('Chair,جديد', 'Chair,ملغي'));
    expect(await watched.write(change)).toEqual({ written: false, why: 'changed' });
    await writeFile(at('orders.csv'), CSV.split('\n').slice(0, -1).join('\n'));
    expect(await watched.write(change)).toEqual({ written: false, why: 'gone' });
  });

  it('is not replaced when a person saved it between the reading and the writing', async () => {
    await writeFile(at('orders.csv'), CSV);
    const state = await readSettled(at('orders.csv'), () => true, new AbortController().signal);
    await writeFile(at('orders.csv'), `${CSV}\nZein,01112345600,Lamp,,`);
    expect(await replaceFile(at('orders.csv'), state, Buffer.from('old'))).toBe(false);
    expect(await readFile(at('orders.csv'), 'utf8')).toContain('Zein');
    expect(await readdir(folder)).toEqual(['orders.csv']);
  });

  it('is not written under a program that has it open, and is as soon as it is closed', async () => {
    await writeFile(at('orders.csv'), CSV);
    const watched = connect('orders.csv');
    await watched.poll();
    const change = { rowKey: watched.keyOf('Sara'), expect: { status: 'جديد' }, set: { status: 'مؤكد' } };
    for (const lock of ['.~lock.orders.csv#', '~$orders.csv']) {
      await writeFile(at(lock), '');
      expect(
        watched.source.classify(await watched.write(change).catch((error: unknown) => error)),
      ).toMatchObject({ class: 'retryable', reason: 'file-open' });
      await rm(at(lock));
    }
    expect(await readFile(at('orders.csv'), 'utf8')).toBe(CSV);
    expect(await watched.write(change)).toEqual({ written: true });
  });

  it('keeps its permissions, and no temporary file stays behind', async () => {
    await writeFile(at('orders.csv'), CSV);
    await chmod(at('orders.csv'), 0o640);
    const watched = connect('orders.csv');
    await watched.poll();
    await watched.write({
      rowKey: watched.keyOf('Sara'),
      expect: { status: 'جديد' },
      set: { status: 'مؤكد' },
    });
    expect((await stat(at('orders.csv'))).mode & 0o777).toBe(0o640);
    expect(await readdir(folder)).toEqual(['orders.csv']);
  });

  it('in another encoding than UTF-8 is refused, not read as other names', async () => {
    await writeFile(
      at('orders.csv'),
      Buffer.from('Name,Phone,Status\n\xC3\xE1\xE6,01012345601,new\n', 'latin1'),
    );
    expect(await failureOf(connect('orders.csv'))).toMatchObject({ class: 'permanent', reason: 'not-utf8' });
  });
});

describe('a .xlsx that people edit', () => {
  it('is read with its strings, formats, errors and formulas, from the tab that is shown', async () => {
    await writeFile(at('orders.xlsx'), workbook());
    const watched = connect('orders.xlsx');
    await watched.poll();
    const rows = watched.reading?.rows.map(({ place, cells }) => ({
      place,
      texts: cells.map(({ formatted }) => formatted),
    }));
    expect(rows).toEqual([
      { place: 3, texts: ['Mona & Co', '01012345601', '12/9/2025', '500', 'جديد'] },
      { place: 5, texts: ['Adel', '#NAME?', '', '90', 'تم الشحن', 'sent'] },
    ]);
    expect(watched.reading?.rows[0]?.cells[1]?.unformatted).toBe(1_012_345_601);
    expect(
      watched.reading?.rows.map(({ cells }) => cells.map(({ formula }) => formula).filter(Boolean)),
    ).toEqual([[], ['=+20 102 083 8442']]);
  });

  it('is written in its two cells; styles, other cells, other tabs and charts stay', async () => {
    await writeFile(at('orders.xlsx'), workbook());
    const watched = connect('orders.xlsx');
    await watched.poll();
    const change = {
      rowKey: watched.keyOf('Mona & Co'),
      expect: { status: 'جديد' },
      set: { status: 'مؤكد', messageState: 'a<b & "c"' },
    };
    expect(await watched.write(change)).toEqual({ written: true });
    const before = partsOf(workbook());
    const after = partsOf(await readFile(at('orders.xlsx')));
    const tab = 'xl/worksheets/sheet1.xml';
    const inline = (text: string): string => `t="inlineStr"><is><t xml:space="preserve">${text}</t></is></c>`;
    expect(after[tab]).toBe(
      before[tab]?.replace(
        '<c r="E3" s="2" t="s"><v>7</v></c>',
        `<c r="E3" s="2" ${inline('مؤكد')}<c r="F3" ${inline('a&lt;b &amp; "c"')}`,
      ),
    );
    expect({ ...after, [tab]: '' }).toEqual({ ...before, [tab]: '' });
    await watched.poll();
    expect(watched.reading?.rows[0]?.cells.slice(4).map(({ formatted }) => formatted)).toEqual([
      'مؤكد',
      'a<b & "c"',
    ]);
  });

  describe('whose long numbers show fewer digits than they have', () => {
    const tab = 'xl/worksheets/sheet1.xml';
    const rows = async (...orders: readonly (readonly [name: string, phone: number])[]): Promise<void> => {
      const header = partsOf(workbook())[tab]?.match(/<row r="2".*?<\/row>/)?.[0] ?? '';
      const cells = orders.map(
        ([name, phone], index) =>
          `<row r="${index + 3}"><c r="A${index + 3}" t="inlineStr"><is><t>${name}</t></is></c><c r="B${index + 3}"><v>${phone}</v></c></row>`,
      );
      const xml = `<worksheet><sheetData>${header}${cells.join('')}</sheetData></worksheet>`;
      await writeFile(at('orders.xlsx'), zipSync({ ...unzipSync(workbook()), [tab]: strToU8(xml) }));
    };
    const mona = ['Mona', 201_012_345_601] as const;

    it('tells that a number was corrected, and one customer from another', async () => {
      await rows(mona, ['', 201_012_345_602]);
      const watched = connect('orders.xlsx');
      await watched.poll();
      expect(watched.reading?.rows[0]?.cells[1]?.formatted).toBe('2.01012E+11');
      await rows(['Mona', 201_012_345_699], ['', 201_012_345_602]);
      expect(await watched.changes()).toMatchObject([{ kind: 'edit', fields: ['phone'] }]);
      await rows(['Mona', 201_012_345_699], ['', 201_012_345_777]);
      expect((await watched.changes()).map(({ kind }) => kind)).toEqual(['new-order', 'disappeared']);
    });

    it('takes rows that were remembered before their digits were for the same rows', async () => {
      await rows(mona, ['', 201_012_345_602], ['Adel', 201_012_345_603]);
      const watched = connect('orders.xlsx');
      await watched.poll();
      watched.memory = {
        ...watched.memory,
        rows: watched.memory.rows.map((row, index) => ({
          ...row,
          cells: Object.fromEntries(Object.entries(row.cells).filter(([key]) => !key.startsWith('#'))),
          missing: index === 2 ? 1 : 0,
        })),
      };
      await rows(['', 201_012_345_602], mona);
      expect(await watched.told()).toEqual([]);
      await rows(['', 201_012_345_602], mona, ['Adel', 201_012_345_603]);
      expect(await watched.told()).toEqual(['reappeared:Adel']);
      await rows(['', 201_012_345_602], ['Mona', 201_012_345_699]);
      expect(await watched.told()).toEqual(['edit:Mona', 'disappeared:(gone)']);
    });
  });

  it('is read below a banner, and written in the right row', async () => {
    const banner = '<row r="1"><c r="A1" t="inlineStr"><is><t>طلبات شهر مارس</t></is></c></row>';
    const parts = partsOf(workbook());
    const tab = 'xl/worksheets/sheet1.xml';
    const xml = parts[tab]?.replace('<sheetData>', `<sheetData>${banner}`) ?? '';
    await writeFile(at('orders.xlsx'), zipSync({ ...unzipSync(workbook()), [tab]: strToU8(xml) }));
    const watched = connect('orders.xlsx');
    expect(await watched.poll()).toMatchObject({ kind: 'baseline' });
    expect(watched.reading?.rows.map(({ place }) => place)).toEqual([3, 5]);
    const rowKey = watched.keyOf('Adel');
    expect(
      await watched.write({ rowKey, expect: { status: 'تم الشحن' }, set: { messageState: 'read' } }),
    ).toEqual({ written: true });
    expect(partsOf(await readFile(at('orders.xlsx')))[tab]).toBe(
      xml.replace(
        '<c r="F5" t="inlineStr"><is><t>sent</t></is></c>',
        '<c r="F5" t="inlineStr"><is><t xml:space="preserve">read</t></is></c>',
      ),
    );
  });

  it('is waited for while only part of it is there, and a tab that is not there is named', async () => {
    const bytes = workbook();
    await writeFile(at('orders.xlsx'), bytes.subarray(0, bytes.length - 40));
    const watched = connect('orders.xlsx');
    const polling = watched.poll();
    await sleep(400);
    await writeFile(at('orders.xlsx'), bytes);
    expect(await polling).toMatchObject({ kind: 'baseline' });
    expect(await failureOf(connect('orders.xlsx', 'No such tab'))).toMatchObject({
      class: 'permanent',
      reason: 'tab-not-found',
    });
  });
});

describe('the folder for sheets', () => {
  it.each(['../secret.csv', '/etc/passwd.csv', 'a/../../secret.csv', 'C:\\secret.csv', '.', 'x\0.csv'])(
    'is not left by %j',
    async (name) => {
      await writeFile(path.join(data, 'secret.csv'), CSV);
      expect(await failureOf(connect(name))).toMatchObject({
        class: 'permanent',
        reason: name === '.' ? 'file-format' : 'outside-folder',
      });
    },
  );

  it('is not left by a link, be it the file or a folder on the way', async () => {
    await writeFile(path.join(data, 'secret.csv'), CSV);
    await symlink(path.join(data, 'secret.csv'), at('link.csv'));
    await symlink(data, at('up'));
    expect(await failureOf(connect('link.csv'))).toMatchObject({ reason: 'outside-folder' });
    expect(await failureOf(connect('up/secret.csv'))).toMatchObject({ reason: 'outside-folder' });
  });

  it('holds only .csv and .xlsx', async () => {
    expect(await failureOf(connect('orders.json'))).toMatchObject({
      class: 'permanent',
      reason: 'file-format',
    });
  });
});
