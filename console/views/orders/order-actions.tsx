import { useState } from 'preact/hooks';
import { isolated } from '../../explain.ts';
import { useAction } from '../../loaded.ts';
import { useLocale } from '../../locale.tsx';
import { MESSAGE_TYPES, type Order } from '../../order-shapes.ts';
import { Ask, Dialog } from '../../parts/ask.tsx';
import { Field, typed } from '../../parts/fields.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Failure } from '../../parts/notices.tsx';
import { useSession } from '../../session.ts';

type Asking = 'resend' | 'confirm' | 'cancel';

/** What a person can do about an order. Each is asked for; the timeline says what came of it. */
export function OrderActions({ order }: { readonly order: Order }) {
  const { t } = useLocale();
  const { shop } = useSession();
  const acting = useAction();
  const [asking, setAsking] = useState<Asking | null>(null);
  const [said, setSaid] = useState('');
  const isOver = order.category === 'delivered' || order.category === 'cancelled';
  const number = isolated(order.number ?? order.id);
  const act = (action: () => Promise<unknown>): void =>
    void acting.run(async () => {
      setSaid('');
      await action();
      setSaid(t('orders.asked'));
    });
  const close = (): void => setAsking(null);
  return (
    <>
      <Failure error={acting.error} />
      <p class="said" role="status">
        {said}
      </p>
      <div class="actions">
        <button
          type="button"
          class="button"
          data-act="resend"
          disabled={acting.busy}
          onClick={() => setAsking('resend')}
        >
          <Icon name="send" />
          {t('orders.resend')}
        </button>
        {!isOver && order.category !== 'confirmed' && (
          <button
            type="button"
            class="button"
            data-act="confirm"
            disabled={acting.busy}
            onClick={() => setAsking('confirm')}
          >
            <Icon name="check" />
            {t('orders.confirm')}
          </button>
        )}
        {!isOver && (
          <button
            type="button"
            class="button button-danger-quiet"
            data-act="cancel"
            disabled={acting.busy}
            onClick={() => setAsking('cancel')}
          >
            <Icon name="cross" />
            {t('orders.cancel')}
          </button>
        )}
      </div>
      {asking === 'resend' && (
        <Resend
          order={order}
          onSend={(type) => act(() => shop.orders.resend(order.id, type))}
          onClose={close}
        />
      )}
      {asking === 'confirm' && (
        <Ask
          title={t('orders.confirmTitle', { number })}
          text={t('orders.confirmText')}
          action={t('orders.confirm')}
          back={t('orders.keep')}
          tone="primary"
          onYes={() => act(() => shop.orders.decide(order.id, 'confirm'))}
          onClose={close}
        />
      )}
      {asking === 'cancel' && (
        <Ask
          title={t('orders.cancelTitle', { number })}
          text={t('orders.cancelText')}
          action={t('orders.cancel')}
          back={t('orders.keep')}
          onYes={() => act(() => shop.orders.decide(order.id, 'cancel'))}
          onClose={close}
        />
      )}
    </>
  );
}

interface ResendProps {
  readonly order: Order;
  readonly onSend: (type: string) => void;
  readonly onClose: () => void;
}

function Resend({ order, onSend, onClose }: ResendProps) {
  const { t, word } = useLocale();
  const [type, setType] = useState('');
  return (
    <Dialog title={t('orders.resendTitle')} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          onSend(type);
          onClose();
        }}
      >
        <p>
          {t('orders.resendText', {
            phone: isolated(order.phone === null ? '—' : `+${order.phone.replace(/^\+/, '')}`),
          })}
        </p>
        <Field label={t('orders.resendWhich')}>
          {(ids) => (
            <select
              {...ids}
              class="input"
              name="type"
              value={type}
              onChange={(event) => setType(typed(event))}
            >
              <option value="">{t('orders.resendLast')}</option>
              {MESSAGE_TYPES.map((one) => (
                <option key={one} value={one}>
                  {word('messageType', one)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <div class="actions">
          <button type="button" class="button" onClick={onClose}>
            {t('state.cancel')}
          </button>
          <button type="submit" class="button button-primary" data-act="send">
            {t('orders.resendGo')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
