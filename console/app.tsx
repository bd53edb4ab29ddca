import { useEffect, useMemo, useState } from 'preact/hooks';
import { Api } from './api.ts';
import { Live } from './live.ts';
import { LocaleProvider, useLanguage } from './locale.tsx';
import { keptKey, keptMerchant, SessionContext } from './session.ts';
import type { Merchant } from './shapes.ts';
import { Shell } from './views/shell.tsx';
import { SignIn, type SignedIn } from './views/sign-in.tsx';

export function App() {
  const [language, setLanguage] = useLanguage();
  const [signedIn, setSignedIn] = useState<SignedIn | null>(null);
  const [merchant, setMerchant] = useState<Merchant | null>(null);

  const enter = (entered: SignedIn): void => {
    keptKey.write(entered.key);
    setSignedIn(entered);
    choose(entered.merchants.find(({ id }) => id === keptMerchant.read()) ?? entered.merchants[0] ?? null);
  };
  const choose = (chosen: Merchant | null): void => {
    if (chosen !== null) keptMerchant.write(chosen.id);
    setMerchant(chosen);
  };
  const signOut = (): void => {
    keptKey.forget();
    setSignedIn(null);
    setMerchant(null);
  };

  if (signedIn === null || merchant === null) {
    return (
      <LocaleProvider
        language={language}
        country="EG"
        timeZone={Intl.DateTimeFormat().resolvedOptions().timeZone}
      >
        <SignIn onEnter={enter} onLanguage={setLanguage} />
      </LocaleProvider>
    );
  }
  return (
    <LocaleProvider language={language} country={merchant.country} timeZone={merchant.timezone}>
      <Inside
        key={merchant.id}
        signedIn={signedIn}
        merchant={merchant}
        onMerchant={choose}
        onLanguage={setLanguage}
        onSignOut={signOut}
      />
    </LocaleProvider>
  );
}

interface InsideProps {
  readonly signedIn: SignedIn;
  readonly merchant: Merchant;
  readonly onMerchant: (merchant: Merchant) => void;
  readonly onLanguage: Parameters<typeof Shell>[0]['onLanguage'];
  readonly onSignOut: () => void;
}

/** One shop, its own live feed: another shop is another of these, and nothing is carried over. */
function Inside({ signedIn, merchant, onMerchant, onLanguage, onSignOut }: InsideProps) {
  const session = useMemo(() => {
    const api = new Api(signedIn.key);
    return { api, shop: api.of(merchant.id), merchant, live: new Live(api, merchant.id), signOut: onSignOut };
  }, [signedIn.key, merchant.id]);
  useEffect(() => {
    session.live.start();
    return () => session.live.stop();
  }, [session]);
  return (
    <SessionContext.Provider value={session}>
      <Shell merchants={signedIn.merchants} onMerchant={onMerchant} onLanguage={onLanguage} />
    </SessionContext.Provider>
  );
}
