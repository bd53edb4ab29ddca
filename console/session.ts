import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Api, MerchantApi } from './api.ts';
import type { Live } from './live.ts';
import type { Merchant } from './shapes.ts';

/** What every page inside stands on: who is signed in, for which shop. */
export interface Session {
  readonly api: Api;
  readonly shop: MerchantApi;
  readonly merchant: Merchant;
  readonly live: Live;
  readonly signOut: () => void;
}

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('a page that needs a session was shown without one');
  return session;
}

const KEY = 'zajel.key';
const MERCHANT = 'zajel.merchant';

/** In the tab's own storage: gone when it is closed, and never sent anywhere by the browser itself. */
export const keptKey = {
  read: (): string | null => sessionStorage.getItem(KEY),
  write: (key: string): void => sessionStorage.setItem(KEY, key),
  forget: (): void => {
    sessionStorage.removeItem(KEY);
    sessionStorage.removeItem(MERCHANT);
  },
};
export const keptMerchant = {
  read: (): string | null => sessionStorage.getItem(MERCHANT),
  write: (id: string): void => sessionStorage.setItem(MERCHANT, id),
};
