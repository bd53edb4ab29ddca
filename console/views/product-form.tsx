import { useState } from 'preact/hooks';
import { differing } from '../form.ts';
import { useAction } from '../loaded.ts';
import { useLocale } from '../locale.tsx';
import { Ask, Dialog } from '../parts/ask.tsx';
import { Field, linesOf, typed } from '../parts/fields.tsx';
import { Failure } from '../parts/notices.tsx';
import { useSession } from '../session.ts';
import type { Product } from '../shapes.ts';

const NEW: Product = {
  id: '',
  name: '',
  aliases: [],
  price: null,
  currency: null,
  stock: null,
  description: '',
};

interface ProductFormProps {
  readonly product: Product | null;
  readonly taken: readonly string[];
  readonly onClose: (changed: boolean) => void;
}

export function ProductForm({ product, taken, onClose }: ProductFormProps) {
  const { t } = useLocale();
  const { shop, merchant } = useSession();
  const saving = useAction();
  const [draft, setDraft] = useState(product ?? NEW);
  const [aliases, setAliases] = useState(draft.aliases.join('\n'));
  const [deleting, setDeleting] = useState(false);
  const change = (part: Partial<Product>): void => setDraft((before) => ({ ...before, ...part }));
  const isTaken = product === null && taken.includes(draft.id);

  const save = async (): Promise<void> => {
    const wanted = { ...draft, name: draft.name.trim(), aliases: linesOf(aliases) };
    const saved = await saving.run(() =>
      product === null ? shop.addProduct(wanted) : shop.changeProduct(product.id, differing(wanted, product)),
    );
    if (saved) onClose(true);
  };
  const remove = async (): Promise<void> => {
    if (await saving.run(() => shop.deleteProduct(draft.id))) onClose(true);
  };

  return (
    <Dialog title={t(product === null ? 'catalogue.add' : 'catalogue.edit')} onClose={() => onClose(false)}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field label={t('catalogue.name')}>
          {(ids) => (
            <input
              {...ids}
              class="input"
              name="name"
              dir="auto"
              required
              maxLength={200}
              value={draft.name}
              onInput={(event) => change({ name: typed(event) })}
            />
          )}
        </Field>
        <Field label={t('catalogue.id')} hint={t(isTaken ? 'problem.conflict' : 'catalogue.idHint')}>
          {(ids) => (
            <input
              {...ids}
              class="input code"
              name="id"
              dir="ltr"
              required
              pattern="[a-z0-9][a-z0-9_\-]{0,62}"
              title={t('catalogue.idHint')}
              aria-invalid={isTaken}
              disabled={product !== null}
              value={draft.id}
              onInput={(event) => change({ id: typed(event) })}
            />
          )}
        </Field>
        <div class="form-row">
          <Field
            label={`${t('catalogue.price')} (${draft.currency ?? merchant.currency})`}
            hint={t('catalogue.priceHint')}
          >
            {(ids) => (
              <input
                {...ids}
                class="input code"
                name="price"
                dir="ltr"
                inputMode="decimal"
                pattern="\d{1,11}(\.\d{1,3})?"
                value={draft.price ?? ''}
                onInput={(event) => change({ price: asciiDigits(typed(event)) || null })}
              />
            )}
          </Field>
          <Field label={t('catalogue.stock')} hint={t('catalogue.stockHint')}>
            {(ids) => (
              <input
                {...ids}
                class="input code"
                name="stock"
                dir="ltr"
                inputMode="numeric"
                pattern="\d{1,9}"
                value={draft.stock ?? ''}
                onInput={(event) => {
                  const digits = asciiDigits(typed(event)).replace(/\D/g, '');
                  change({ stock: digits === '' ? null : Number(digits) });
                }}
              />
            )}
          </Field>
        </div>
        <Field label={t('catalogue.aliases')} hint={t('catalogue.aliasesHint')}>
          {(ids) => (
            <textarea
              {...ids}
              class="input"
              name="aliases"
              dir="auto"
              rows={3}
              value={aliases}
              onInput={(event) => setAliases(typed(event))}
            />
          )}
        </Field>
        <Field label={t('catalogue.description')}>
          {(ids) => (
            <textarea
              {...ids}
              class="input"
              name="description"
              dir="auto"
              rows={3}
              maxLength={2_000}
              value={draft.description}
              onInput={(event) => change({ description: typed(event) })}
            />
          )}
        </Field>
        <Failure error={saving.error} />
        <div class="actions">
          {product !== null && (
            <button
              type="button"
              class="button button-danger-quiet"
              disabled={saving.busy}
              onClick={() => setDeleting(true)}
            >
              {t('state.delete')}
            </button>
          )}
          <button type="submit" class="button button-primary" disabled={saving.busy || isTaken}>
            {t(saving.busy ? 'state.saving' : 'state.save')}
          </button>
        </div>
      </form>
      {deleting && (
        <Ask
          title={t('catalogue.deleteTitle', { name: `\u2068${draft.name}\u2069` })}
          text={t('catalogue.deleteText')}
          action={t('state.delete')}
          onYes={() => void remove()}
          onClose={() => setDeleting(false)}
        />
      )}
    </Dialog>
  );
}

/** ٣٥٠٫٥ is what an Arabic keyboard types; the API reads 350.5. */
const asciiDigits = (text: string): string =>
  text
    .replace(/[\u0660-\u0669]/g, (digit) => String(digit.charCodeAt(0) - 0x0660))
    .replace(/[\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) - 0x06f0))
    .replaceAll('\u066b', '.')
    .replaceAll(/[\u066c,\s]/g, '');
