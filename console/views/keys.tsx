import { useState } from 'preact/hooks';
import { useAction } from '../loaded.ts';
import { useLocale } from '../locale.tsx';
import { usePaged } from '../paged.ts';
import { Ask } from '../parts/ask.tsx';
import { Choice, CopyButton, Field, typed } from '../parts/fields.tsx';
import { Icon } from '../parts/icon.tsx';
import { More } from '../parts/more.tsx';
import { Empty, Failure, WhenReady } from '../parts/notices.tsx';
import { useSession } from '../session.ts';
import type { AccessKey } from '../shapes.ts';

const SCOPES = ['read', 'send', 'manage'] as const;
type Scope = (typeof SCOPES)[number];
const SCOPE_WORDS = {
  read: ['keys.read', 'keys.readHint'],
  send: ['keys.sendScope', 'keys.sendScopeHint'],
  manage: ['keys.manage', 'keys.manageHint'],
} as const;
const scopeOf = (name: string): Scope | undefined => SCOPES.find((scope) => scope === name);

export function Keys() {
  const { t } = useLocale();
  const { shop } = useSession();
  const keys = usePaged('keys', shop.keys, { live: false, keyOf: ({ id }) => id });
  const { look } = keys;
  return (
    <section class="page">
      <header class="page-head">
        <h1>{t('keys.title')}</h1>
        <p class="lead">{t('keys.lead')}</p>
      </header>
      <NewKey onCreated={look} />
      <WhenReady of={keys.loaded} again={look}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon="keys" title={t('keys.empty')} hint={t('keys.emptyHint')} />
          ) : (
            <ul class="rows">
              {items.map((key) => (
                <li key={key.id}>
                  <KeyRow of={key} onRevoked={look} />
                </li>
              ))}
            </ul>
          )
        }
      </WhenReady>
      <More of={keys} />
    </section>
  );
}

function NewKey({ onCreated }: { readonly onCreated: () => void }) {
  const { t } = useLocale();
  const { shop } = useSession();
  const creating = useAction();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<readonly Scope[]>(['read', 'send']);
  const [created, setCreated] = useState<string | null>(null);
  const create = async (): Promise<void> => {
    setCreated(null);
    const made = await creating.run(async () => setCreated((await shop.createKey(name.trim(), scopes)).key));
    if (!made) return;
    setName('');
    onCreated();
  };
  return (
    <form
      class="card form"
      onSubmit={(event) => {
        event.preventDefault();
        void create();
      }}
    >
      <Field label={t('keys.name')}>
        {(ids) => (
          <input
            {...ids}
            class="input"
            name="name"
            dir="auto"
            required
            maxLength={100}
            value={name}
            onInput={(event) => setName(typed(event))}
          />
        )}
      </Field>
      <div class="scopes">
        {SCOPES.map((scope) => (
          <Choice
            key={scope}
            kind="checkbox"
            name={scope}
            label={t(SCOPE_WORDS[scope][0])}
            hint={t(SCOPE_WORDS[scope][1])}
            checked={scopes.includes(scope)}
            onChange={(on) => setScopes(on ? [...scopes, scope] : scopes.filter((other) => other !== scope))}
          />
        ))}
      </div>
      {scopes.length === 0 && <p class="hint">{t('keys.pickScope')}</p>}
      <Failure error={creating.error} />
      <div class="actions">
        <button type="submit" class="button button-primary" disabled={creating.busy || scopes.length === 0}>
          <Icon name="plus" />
          {t('keys.create')}
        </button>
      </div>
      {created !== null && (
        <div
          class="notice notice-good"
          role="status"
          ref={(box) => box?.scrollIntoView({ block: 'nearest' })}
        >
          <Icon name="keys" />
          <div>
            <strong>{t('keys.shownOnce')}</strong>
            <p class="secret">
              <code dir="ltr">{created}</code>
              <CopyButton text={created} />
            </p>
          </div>
        </div>
      )}
    </form>
  );
}

function KeyRow({ of, onRevoked }: { readonly of: AccessKey; readonly onRevoked: () => void }) {
  const { t, dateTime } = useLocale();
  const { shop } = useSession();
  const revoking = useAction();
  const [asking, setAsking] = useState(false);
  const revoke = async (): Promise<void> => {
    if (await revoking.run(() => shop.revokeKey(of.id))) onRevoked();
  };
  const scopes = of.scopes.map((name) => {
    const scope = scopeOf(name);
    return scope === undefined ? name : t(SCOPE_WORDS[scope][0]);
  });
  return (
    <div class={of.revokedAt === null ? 'row' : 'row row-off'}>
      <Icon name="keys" />
      <span class="row-main">
        <strong>
          <bdi>{of.name}</bdi>
        </strong>
        <small>
          {scopes.join(' · ')} —{' '}
          {of.revokedAt === null
            ? t('keys.created', { time: dateTime(of.createdAt) })
            : t('keys.revoked', { time: dateTime(of.revokedAt) })}
        </small>
        <Failure error={revoking.error} />
      </span>
      {of.revokedAt === null && (
        <button
          type="button"
          class="button button-danger-quiet"
          disabled={revoking.busy}
          onClick={() => setAsking(true)}
        >
          {t('keys.revoke')}
        </button>
      )}
      {asking && (
        <Ask
          title={t('keys.revokeTitle', { name: `\u2068${of.name}\u2069` })}
          text={t('keys.revokeText')}
          action={t('keys.revoke')}
          onYes={() => void revoke()}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}
