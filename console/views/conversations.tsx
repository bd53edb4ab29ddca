import type { Talk } from '../api.ts';
import { useLocale } from '../locale.tsx';
import { Empty } from '../parts/notices.tsx';
import { ConversationList } from './conversation-list.tsx';
import { ConversationView } from './conversation.tsx';

/** A desk shows the list beside the conversation; a phone one of them. */
export function Conversations({ rest }: { readonly rest: readonly string[] }) {
  const { t } = useLocale();
  const [platform, customer] = rest;
  const open: Talk | null = platform === undefined || customer === undefined ? null : { platform, customer };
  return (
    <div class="panes">
      <ConversationList open={open} />
      <section class="pane-talk">
        {open === null ? (
          <Empty icon="conversations" title={t('list.pick')} hint={t('list.pickHint')} />
        ) : (
          <ConversationView key={`${open.platform}/${open.customer}`} talk={open} />
        )}
      </section>
    </div>
  );
}
