import { useState } from 'preact/hooks';
import { isRefused } from '../../http.ts';
import { useAction, useLoaded } from '../../loaded.ts';
import { useLocale } from '../../locale.tsx';
import { allOf } from '../../paged.ts';
import { Choice, Field, typed } from '../../parts/fields.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Failure } from '../../parts/notices.tsx';
import { goTo, hrefOf } from '../../route.ts';
import { useSession } from '../../session.ts';
import { AccountField } from './account-field.tsx';
import { CHANNELS, isChannel, LINE_FIELDS, webhookPath, type Channel } from './line-fields.ts';
import { WebhookAddress } from './webhook-address.tsx';

/** Which kind of line, then what that kind needs. */
export function NewLine({ channel }: { readonly channel: string | undefined }) {
  const { t, word } = useLocale();
  return (
    <section class="page">
      <header class="page-head">
        <a class="back-link" href={isChannel(channel) ? hrefOf('lines', 'new') : hrefOf('lines')}>
          <Icon name="back" />
          {t(isChannel(channel) ? 'lines.add' : 'lines.back')}
        </a>
        <h1>{isChannel(channel) ? word('channel', channel) : t('lines.addTitle')}</h1>
        {isChannel(channel) && <p class="lead">{t(`channelHint.${channel}`)}</p>}
      </header>
      {isChannel(channel) ? (
        <LineForm key={channel} channel={channel} />
      ) : (
        <ul class="rows">
          {CHANNELS.map((one) => (
            <li key={one}>
              <a class="row row-link" href={hrefOf('lines', 'new', one)} data-channel={one}>
                <Icon name={one === 'simulator' ? 'phone' : 'lines'} size={22} />
                <span class="row-main">
                  <strong>{word('channel', one)}</strong>
                  <small>{t(`channelHint.${one}`)}</small>
                </span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function LineForm({ channel }: { readonly channel: Channel }) {
  const { t } = useLocale();
  const { shop } = useSession();
  const adding = useAction();
  const [id, setId] = useState('');
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [appIsNew, setAppIsNew] = useState(false);
  const fields = LINE_FIELDS[channel];
  const byMeta = fields.some(({ name }) => name === 'app');
  const set = (name: string) => (value: string) => setValues((before) => ({ ...before, [name]: value }));
  const path = webhookPath(channel, id, values['app'] ?? '');

  const add = async (): Promise<void> => {
    const account = Object.fromEntries(fields.map(({ name }) => [name, values[name] ?? '']));
    const done = await adding.run(async () => {
      // First the app: a line whose app is unknown would hear nothing.
      if (byMeta && appIsNew)
        await shop.lines.addMetaApp({
          id: values['app'] ?? '',
          appSecret: values['appSecret'] ?? '',
          verifyToken: values['verifyToken'] ?? '',
        });
      await shop.lines.add({ id, channel, ...account });
    });
    if (done) goTo('lines', 'created', id);
  };
  return (
    <form
      class="card form"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <Field label={t('newLine.id')} hint={t('newLine.idHint')}>
        {(ids) => (
          <input
            {...ids}
            class="input code"
            dir="ltr"
            name="id"
            autoComplete="off"
            spellcheck={false}
            required
            maxLength={63}
            value={id}
            onInput={(event) => setId(typed(event).trim())}
          />
        )}
      </Field>
      {byMeta ? (
        <MetaFields channel={channel} values={values} set={set} appIsNew={appIsNew} onNew={setAppIsNew} />
      ) : (
        fields.map((field) => (
          <AccountField
            key={field.name}
            field={field}
            value={values[field.name] ?? ''}
            onValue={set(field.name)}
          />
        ))
      )}
      {path !== null && (
        <WebhookAddress
          path={path}
          {...(channel === 'evolution' ? { secret: values['secret'] ?? '' } : {})}
        />
      )}
      <Failure error={adding.error} />
      <div class="actions">
        <button type="submit" class="button button-primary" disabled={adding.busy}>
          {t(adding.busy ? 'state.saving' : 'lines.add')}
        </button>
      </div>
    </form>
  );
}

interface MetaFieldsProps {
  readonly channel: Channel;
  readonly values: Readonly<Record<string, string>>;
  readonly set: (name: string) => (value: string) => void;
  readonly appIsNew: boolean;
  readonly onNew: (isNew: boolean) => void;
}

/** The account, and the Meta app that signs what is heard of it. */
function MetaFields({ channel, values, set, appIsNew, onNew }: MetaFieldsProps) {
  const { t } = useLocale();
  const { shop } = useSession();
  // Only the administrator sees the apps; with another key the name is typed.
  const [apps] = useLoaded('meta-apps', (signal) => allOf(shop.lines.metaApps, signal), { live: false });
  const known = apps.state === 'ready' ? apps.value.map(({ id }) => id) : [];
  const mayAddApp = !(apps.state === 'failed' && isRefused(apps.error, 403));
  return (
    <>
      {LINE_FIELDS[channel].map((field) => (
        <AccountField
          key={field.name}
          field={field}
          value={values[field.name] ?? ''}
          onValue={set(field.name)}
          {...(field.name === 'app' ? { choices: known } : {})}
        />
      ))}
      {mayAddApp && (
        <Choice
          kind="checkbox"
          name="new-app"
          label={t('newLine.newApp')}
          hint={t('newLine.newAppHint')}
          checked={appIsNew}
          onChange={onNew}
        />
      )}
      {appIsNew &&
        (['appSecret', 'verifyToken'] as const).map((name) => (
          <Field
            key={name}
            label={t(`lineField.${name}`)}
            hint={`${t(`lineHint.${name}`)} ${t('newLine.write')}`}
          >
            {(ids) => (
              <input
                {...ids}
                class="input code"
                dir="ltr"
                name={name}
                type="password"
                autoComplete="new-password"
                required
                value={values[name] ?? ''}
                onInput={(event) => set(name)(typed(event).trim())}
              />
            )}
          </Field>
        ))}
    </>
  );
}
