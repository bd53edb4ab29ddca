import { isolated } from '../../explain.ts';
import { useLocale } from '../../locale.tsx';
import { CopyButton } from '../../parts/fields.tsx';

/** What is to be entered at the provider. A secret at its end is shown only while it is being typed. */
export function WebhookAddress({ path, secret }: { readonly path: string; readonly secret?: string }) {
  const { t } = useLocale();
  const address = `${location.origin}${path}${secret ?? ''}`;
  return (
    <div class="notice">
      <div>
        <strong>{t('newLine.webhook')}</strong>
        <p class="secret">
          <code dir="ltr">{address}</code>
          <CopyButton text={address} />
        </p>
        <p class="hint">{t('newLine.webhookHint', { origin: isolated(location.origin) })}</p>
      </div>
    </div>
  );
}
