import { useState } from 'preact/hooks';
import { isolated } from '../../explain.ts';
import type { LineAction } from '../../line-calls.ts';
import { useAction } from '../../loaded.ts';
import { useLocale } from '../../locale.tsx';
import { Ask } from '../../parts/ask.tsx';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { Failure } from '../../parts/notices.tsx';
import { useSession } from '../../session.ts';
import type { Line } from '../../shapes.ts';
import type { WordKey } from '../../words/words.ts';
import { LineAccount } from './line-account.tsx';
import { isChannel, LINE_FIELDS } from './line-fields.ts';
import { OrderTemplates } from './order-templates.tsx';

type Asked = Exclude<LineAction, 'start'> | 'delete' | 'clear';

/** What is asked before it is done, and in which words. */
const QUESTIONS: Readonly<Record<Asked, { title: WordKey; text: WordKey; action: WordKey }>> = {
  stop: { title: 'lines.stopTitle', text: 'lines.stopText', action: 'lines.stop' },
  restart: { title: 'lines.restartTitle', text: 'lines.restartText', action: 'lines.restart' },
  logout: { title: 'lines.logoutTitle', text: 'lines.logoutText', action: 'lines.logout' },
  delete: { title: 'lines.deleteTitle', text: 'lines.deleteText', action: 'lines.delete' },
  clear: { title: 'lines.clearTitle', text: 'lines.clearText', action: 'lines.clearSession' },
};

/** The state that shows that an action is done; until then it is only asked for. */
const DONE: Readonly<Record<LineAction, string>> = {
  start: 'connected',
  restart: 'connected',
  stop: 'stopped',
  logout: 'logged-out',
};

export function LineActions({ line }: { readonly line: Line }) {
  const { t } = useLocale();
  const { shop } = useSession();
  const acting = useAction();
  const [asking, setAsking] = useState<Asked | null>(null);
  const [editing, setEditing] = useState(false);
  const [templating, setTemplating] = useState(false);
  const [said, setSaid] = useState('');
  const isDown = line.state === 'stopped' || line.state === 'logged-out';

  const act = (action: LineAction) =>
    acting.run(async () => {
      setSaid('');
      const { state } = await shop.lines.act(line.id, action);
      if (state !== DONE[action]) setSaid(t('lines.asked'));
    });
  const clear = () =>
    acting.run(async () => {
      setSaid('');
      const { success, message, copy } = await shop.lines.clearSession(line.id);
      setSaid(
        success
          ? copy === null
            ? t('lines.clearedNone')
            : t('lines.cleared', { copy: isolated(copy) })
          : t('problem.notDone', { detail: isolated(message ?? '') }),
      );
    });
  const yes = (asked: Asked): void => {
    if (asked === 'clear') void clear();
    else if (asked === 'delete') void acting.run(() => shop.lines.remove(line.id));
    else void act(asked);
  };
  const button = (action: LineAction | Asked, icon: IconName, onClick: () => void, style = '') => (
    <button
      type="button"
      class={`button ${style}`}
      disabled={acting.busy}
      data-act={action}
      onClick={onClick}
    >
      <Icon name={icon} />
      {t(action === 'start' ? 'lines.start' : QUESTIONS[action].action)}
    </button>
  );
  return (
    <>
      <Failure error={acting.error} />
      <p class="said" role="status">
        {said}
      </p>
      <div class="actions">
        {isDown ? (
          button('start', 'play', () => void act('start'), 'button-primary')
        ) : (
          <>
            {button('stop', 'stop', () => setAsking('stop'))}
            {button('restart', 'restart', () => setAsking('restart'))}
            {button('logout', 'exit', () => setAsking('logout'))}
          </>
        )}
        {isChannel(line.channel) && LINE_FIELDS[line.channel].length > 0 && (
          <button type="button" class="button" data-act="account" onClick={() => setEditing(true)}>
            <Icon name="keys" />
            {t('lines.account')}
          </button>
        )}
        {line.channel === 'whatsapp-cloud' && (
          <button type="button" class="button" data-act="templates" onClick={() => setTemplating(true)}>
            <Icon name="templates" />
            {t('approved.title')}
          </button>
        )}
        {line.channel === 'whatsapp-web' &&
          button('clear', 'restart', () => setAsking('clear'), 'button-danger-quiet')}
        {isDown && button('delete', 'trash', () => setAsking('delete'), 'button-danger-quiet')}
      </div>
      {asking !== null && (
        <Ask
          title={t(QUESTIONS[asking].title, { line: isolated(line.id) })}
          text={t(QUESTIONS[asking].text)}
          action={t(QUESTIONS[asking].action)}
          onYes={() => yes(asking)}
          onClose={() => setAsking(null)}
        />
      )}
      {templating && <OrderTemplates line={line} onClose={() => setTemplating(false)} />}
      {editing && <LineAccount line={line} onClose={() => setEditing(false)} onDone={setSaid} />}
    </>
  );
}
