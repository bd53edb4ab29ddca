import { useState } from 'preact/hooks';
import { explain } from '../../explain.ts';
import { isRefused } from '../../http.ts';
import { useAction, useLoaded } from '../../loaded.ts';
import { useLocale } from '../../locale.tsx';
import { Field, typed } from '../../parts/fields.tsx';
import { Failure, Loading } from '../../parts/notices.tsx';
import { useSession } from '../../session.ts';

/** A code lasts about 20 s; looking more often than it changes keeps the one on the screen fresh. */
const LOOK_MS = 3_000;

/** Linking the phone: the QR code, fresh for as long as it is open, or a code to type. */
export function LineLogin({ line }: { readonly line: string }) {
  const locale = useLocale();
  const { t, time } = locale;
  const { shop } = useSession();
  const [qr] = useLoaded(`qr/${line}`, (signal) => shop.lines.qr(line, signal), {
    live: false,
    everyMs: LOOK_MS,
  });
  return (
    <section class="login" aria-label={t('login.title')}>
      <h3>{t('login.title')}</h3>
      <p>{t('login.steps')}</p>
      {qr.state === 'loading' && <Loading rows={1} />}
      {qr.state === 'failed' && (
        <p class="hint" role="status">
          {explain(qr.error, locale)} {!isRefused(qr.error, 403) && t('login.waiting')}
        </p>
      )}
      {qr.state === 'ready' && (
        <figure class="qr">
          <img src={qr.value.image} alt={t('login.alt')} width={264} height={264} />
          <figcaption class="hint">{t('login.fresh', { time: time(qr.value.at) })}</figcaption>
        </figure>
      )}
      <details>
        <summary>{t('login.pairing')}</summary>
        <PairingCode line={line} />
      </details>
    </section>
  );
}

function PairingCode({ line }: { readonly line: string }) {
  const { t } = useLocale();
  const { shop } = useSession();
  const asking = useAction();
  const [phone, setPhone] = useState('');
  const [code, setCode] = useState<string | null>(null);
  const ask = (): void =>
    void asking.run(async () => {
      setCode(null);
      setCode((await shop.lines.pairingCode(line, phone.replace(/\D/g, ''))).code);
    });
  return (
    <form
      class="form pairing"
      onSubmit={(event) => {
        event.preventDefault();
        ask();
      }}
    >
      <Field label={t('login.phone')}>
        {(ids) => (
          <input
            {...ids}
            class="input code"
            dir="ltr"
            type="tel"
            name="phone"
            required
            value={phone}
            onInput={(event) => setPhone(typed(event))}
          />
        )}
      </Field>
      <button type="submit" class="button" disabled={asking.busy}>
        {t(asking.busy ? 'state.loading' : 'login.getCode')}
      </button>
      <Failure error={asking.error} />
      <div role="status">
        {code !== null && (
          <p>
            {t('login.code')}{' '}
            <code class="pairing-code" dir="ltr">
              {code}
            </code>
          </p>
        )}
      </div>
    </form>
  );
}
