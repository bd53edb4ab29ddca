import { isolated } from '../../explain.ts';
import { useLocale } from '../../locale.tsx';
import { CopyButton } from '../../parts/fields.tsx';

interface WebhookAddressProps {
  readonly path: string;
  /** What stands at the address's end; empty: not known here, and without it the address is of no use to copy. */
  readonly secret?: string;
}

/** What is to be entered at the provider. A secret at its end is shown only while it is being typed. */
export function WebhookAddress({ path, secret }: WebhookAddressProps) {
  const { t } = useLocale();
  const end = secret === '' ? '…' : encodeURIComponent(secret ?? '');
  const address = `${location.origin}${path}${end}`;
  return (
    <div class="notice">
      <div>
        <strong>{t('newLine.webhook')}</strong>
        <p class="secret">
          <code dir="ltr">{address}</code>
          {secret !== '' && <CopyButton text={address} />}
        </p>
        {secret !== undefined && (
          <p class="hint">{t(secret === '' ? 'newLine.webhookUnknown' : 'newLine.webhookOnce')}</p>
        )}
        <p class="hint">{t('newLine.webhookHint', { origin: isolated(location.origin) })}</p>
      </div>
    </div>
  );
}
