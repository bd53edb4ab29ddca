import type { Sheet } from './order-shapes.ts';
import type { WordKey } from './words/words.ts';

type Trouble = NonNullable<Sheet['trouble']>;

/** What the merchant does about a sheet that is not followed: only what it says can be accepted by connecting it again. */
export function sheetAdvice({ reason, detail }: Trouble): WordKey {
  switch (detail.class) {
    case 'auth':
      return 'sheetAdvice.access';
    case 'permanent':
      return 'sheetAdvice.place';
    case undefined:
      return reason === 'unclear-columns' ? 'sheetAdvice.columns' : 'sheetAdvice.accept';
    default:
      return 'sheetAdvice.wait';
  }
}
