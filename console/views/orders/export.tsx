import { useState } from 'preact/hooks';
import { useAction } from '../../loaded.ts';
import { useLocale } from '../../locale.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Failure } from '../../parts/notices.tsx';
import { useSession } from '../../session.ts';

/** All orders as a file. Fetched with the key, which a plain link could not carry, then handed to the browser. */
export function Export() {
  const { t, number } = useLocale();
  const { shop, merchant } = useSession();
  const making = useAction();
  const [said, setSaid] = useState('');
  const save = (): void =>
    void making.run(async () => {
      setSaid('');
      const file = await shop.orders.csv();
      const url = URL.createObjectURL(file);
      const link = document.createElement('a');
      link.href = url;
      link.download = `${merchant.id}-orders.csv`;
      link.click();
      // The browser has begun to read it by then; Safari reads late.
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
      const kilobytes = number(Math.max(1, Math.round(file.size / 1024)), {
        style: 'unit',
        unit: 'kilobyte',
      });
      setSaid(t('orders.exported', { size: kilobytes }));
    });
  return (
    <span class="export">
      <button type="button" class="button" data-act="export" disabled={making.busy} onClick={save}>
        <Icon name="down" />
        {t(making.busy ? 'state.loading' : 'orders.export')}
      </button>
      <span class="hint" role="status">
        {said}
      </span>
      <Failure error={making.error} />
    </span>
  );
}
