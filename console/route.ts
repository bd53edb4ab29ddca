import { useEffect, useState } from 'preact/hooks';

/** Pages live behind the `#`: the server serves one document, and no customer's number reaches its access log. */
export const PAGES = [
  'conversations',
  'orders',
  'lines',
  'templates',
  'phone',
  'catalogue',
  'hours',
  'settings',
  'keys',
  'audit',
  'more',
] as const;
export type Page = (typeof PAGES)[number];

export interface Place {
  readonly page: Page;
  readonly rest: readonly string[];
}

export const hrefOf = (page: Page, ...rest: readonly string[]): string =>
  `#/${[page, ...rest].map(encodeURIComponent).join('/')}`;

export const goTo = (page: Page, ...rest: readonly string[]): void =>
  void (location.hash = hrefOf(page, ...rest));

function placeOf(hash: string): Place {
  const [first, ...rest] = hash
    .replace(/^#\/?/, '')
    .split('/')
    .filter((part) => part !== '')
    .map(decoded);
  return { page: PAGES.find((page) => page === first) ?? 'conversations', rest };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return part;
    throw error;
  }
}

export function usePlace(): Place {
  const [place, setPlace] = useState(() => placeOf(location.hash));
  useEffect(() => {
    const moved = () => setPlace(placeOf(location.hash));
    addEventListener('hashchange', moved);
    // An address that changed between the first look and this listening has told nobody.
    moved();
    return () => removeEventListener('hashchange', moved);
  }, []);
  return place;
}
