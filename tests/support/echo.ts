import type { Answer, AnswerAction, Answerer, TurnContext } from '../../answers/answer.ts';

/** Says what it was asked, so that a test sees which messages an answer took into account. */
export class Echo implements Answerer {
  /** Set to make thinking take a while: each thought waits for what this returns. */
  thinking: (context: TurnContext) => Promise<void> = () => Promise.resolve();
  parts = 1;
  actions: readonly AnswerAction[] = [];
  thoughts: string[][] = [];

  async answer(context: TurnContext): Promise<Answer> {
    const texts = context.messages.map(({ text }) => text);
    this.thoughts.push(texts);
    await this.thinking(context);
    const parts = Array.from({ length: this.parts }, (_, index) => `${index + 1}: ${texts.join(' | ')}`);
    return { intent: 'none', texts: parts, actions: this.actions };
  }

  reset(): void {
    this.parts = 1;
    this.actions = [];
    this.thoughts = [];
    this.thinking = () => Promise.resolve();
  }
}
