import { useState } from 'preact/hooks';
import { isolated } from '../../explain.ts';
import { useAction } from '../../loaded.ts';
import { useLocale } from '../../locale.tsx';
import type { Template } from '../../order-shapes.ts';
import { Ask } from '../../parts/ask.tsx';
import { Choice } from '../../parts/fields.tsx';
import { Failure } from '../../parts/notices.tsx';
import { useSession } from '../../session.ts';
import { TemplateForm } from './template-form.tsx';

interface TemplateCardProps {
  readonly template: Template;
  readonly isOn: boolean;
}

/** One kind of message: whether it goes out, and in which words. */
export function TemplateCard({ template, isOn }: TemplateCardProps) {
  const { t, word } = useLocale();
  const { shop } = useSession();
  const acting = useAction();
  const [kept, setKept] = useState(template);
  const [on, setOn] = useState(isOn);
  const [resetting, setResetting] = useState(false);
  // Another form once the supplied text is back: what was typed is dropped with the old one.
  const [supplied, setSupplied] = useState(0);
  const { type, isStarter } = kept;
  const name = word('messageType', type);

  // The switch shows what the shop has, so it moves only once the API has taken it.
  const turn = (wanted: boolean): void =>
    void acting.run(async () => {
      const { messageTypes } = await shop.saveSettings({ messageTypes: { [type]: wanted } });
      setOn(messageTypes[type]);
    });
  const reset = (): void =>
    void acting.run(async () => {
      await shop.orders.resetTemplate(type);
      const { items } = await shop.orders.templates(AbortSignal.timeout(15_000));
      setKept((before) => items.find((one) => one.type === type) ?? before);
      setSupplied((times) => times + 1);
    });
  return (
    <article class="card template" data-template={type} data-on={on}>
      <header class="card-head">
        <h2>{name}</h2>
        <span class="order-marks">
          <span class={isStarter ? 'badge' : 'badge badge-live'}>
            {t(isStarter ? 'templates.starter' : 'templates.own')}
          </span>
          {!on && <span class="badge badge-warn">{t('templates.off')}</span>}
        </span>
      </header>
      <Choice
        kind="checkbox"
        name={`on-${type}`}
        label={t('templates.on')}
        checked={on}
        disabled={acting.busy}
        onChange={turn}
      />
      <Failure error={acting.error} />
      <TemplateForm key={supplied} kept={kept} onSaved={setKept} />
      {!isStarter && (
        <div class="actions">
          <button
            type="button"
            class="button button-danger-quiet"
            data-act="reset"
            disabled={acting.busy}
            onClick={() => setResetting(true)}
          >
            {t('templates.reset')}
          </button>
        </div>
      )}
      {resetting && (
        <Ask
          title={t('templates.resetTitle')}
          text={t('templates.resetText', { type: isolated(name) })}
          action={t('templates.reset')}
          onYes={reset}
          onClose={() => setResetting(false)}
        />
      )}
    </article>
  );
}
