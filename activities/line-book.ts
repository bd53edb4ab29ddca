import { setTimeout as pause } from 'node:timers/promises';
import type { LineState, StateChange } from '../channels/whatsapp-web/state.ts';
import { conversationId } from '../domain/ids.ts';
import { PLATFORM_OF } from '../domain/message.ts';
import { conversationsWaitingOn, moveLine, readLine, type Line } from '../store/lines.ts';
import { moveReason } from '../store/wanted-lines.ts';
import { wakeSignal } from '../workflows/conversation-signals.ts';
import type { ActivityContext } from './context.ts';
import type { LineRoomOptions } from './line-room.ts';

const AGAIN_MS = 1_000;
const isUp = (state: LineState): boolean => state === 'connected' || state === 'no-new-chats';
const isEnd = (state: LineState): boolean => state === 'stopped' || state === 'logged-out';

/** Writes a line's states into the store in their order, and wakes what waited once the store says that it is up. */
export class LineBook {
  readonly #context: Pick<ActivityContext, 'database' | 'logger' | 'resilience'>;
  readonly #mail: LineRoomOptions['mail'];
  readonly #line: Line;
  #writing: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(
    context: Pick<ActivityContext, 'database' | 'logger' | 'resilience'>,
    mail: LineRoomOptions['mail'],
    line: Line,
  ) {
    this.#context = context;
    this.#mail = mail;
    this.#line = line;
  }

  note(change: Pick<StateChange, 'state' | 'why'>): void {
    this.#writing = this.#writing.then(() => this.#write(change));
  }

  /** Everything noted is written, or was tried once more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#writing;
  }

  async #write({ state, why }: Pick<StateChange, 'state' | 'why'>): Promise<void> {
    const { merchant, id } = this.#line;
    const { database, logger, resilience } = this.#context;
    for (;;) {
      try {
        await database.merchant(merchant, async (tx) => {
          // A holder whose run was lost may outlive a person's stop by some seconds: it has only its end to tell.
          const now = await readLine(tx, merchant, id);
          if (!isEnd(state) && now?.desired === 'stopped' && now.state === 'stopped') return;
          if (!(await moveLine(tx, merchant, id, { state, why })))
            await moveReason(tx, merchant, id, { state, why });
        });
        if (isUp(state)) {
          resilience.forgive({ kind: 'line', merchant, id });
          await this.#wake();
        }
        return;
      } catch (error) {
        logger.error({ event: 'line state not written', merchant, line: id, state, err: error });
        if (this.#closed) return;
        await pause(AGAIN_MS);
      }
    }
  }

  async #wake(): Promise<void> {
    const { merchant, id, channel } = this.#line;
    const waiting = await this.#context.database.merchant(merchant, (tx) =>
      conversationsWaitingOn(tx, merchant, id),
    );
    for (const conversation of waiting) {
      await this.#mail.tell(
        { merchant, platform: PLATFORM_OF[channel], conversation: conversationId(conversation) },
        wakeSignal,
        `line ${id} is connected`,
      );
    }
  }
}
