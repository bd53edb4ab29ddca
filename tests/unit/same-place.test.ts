import { describe, expect, it } from 'vitest';
import { isSamePlace, type NamedPlace } from '../../sheets/same-place.ts';

const ID = '1AbCdEfGhIjKlMnOp';
const google = (spreadsheet: string, more: { tab?: string; tabId?: number } = {}): NamedPlace => ({
  kind: 'google',
  spreadsheet,
  ...more,
});
const file = (path: string, tab?: string): NamedPlace => ({
  kind: 'file',
  path,
  ...(tab === undefined ? {} : { tab }),
});
const address = (rest: string): string => `https://docs.google.com/spreadsheets/d/${ID}/${rest}`;

describe('a sheet that is named again', () => {
  it.each([
    [google(ID), google(address('edit?usp=sharing'))],
    [google(address('edit#gid=0')), google(ID)],
    [google(address('edit#gid=77'), { tabId: 77 }), google(address('edit?usp=sharing#gid=77'))],
    [google(ID, { tabId: 77 }), google(address('edit#gid=77'))],
    [google(ID, { tab: 'طلبات', tabId: 5 }), google(address('edit'), { tab: 'طلبات' })],
    [file('orders.csv'), file('./orders.csv')],
    [file('shop/../orders.csv'), file('orders.csv')],
  ])('is the one that was there, however its address is spelled: %j, %j', (before, now) => {
    expect(isSamePlace(before, now)).toBe(true);
  });

  it.each([
    [google(ID), google('1ZyXwVuTsRqPoNmLk')],
    [google(address('edit#gid=77'), { tabId: 77 }), google(ID)],
    [google(ID, { tabId: 77 }), google(address('edit#gid=0'))],
    [google('no address'), google('nor this')],
    [google(ID, { tab: 'طلبات' }), google(ID, { tab: 'مرتجعات' })],
    [file('orders.csv'), file('other.csv')],
    [file('orders.xlsx', 'a'), file('orders.xlsx', 'b')],
    [file('orders.csv'), google(ID)],
  ])('is another where it is another: %j, %j', (before, now) => {
    expect(isSamePlace(before, now)).toBe(false);
  });
});
