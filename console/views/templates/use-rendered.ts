import { useEffect, useState } from 'preact/hooks';
import { isRefused } from '../../http.ts';
import type { Template } from '../../order-shapes.ts';
import { useSession } from '../../session.ts';

/** How a text reads on the newest order, as the API says. What was seen last stays until the next answer. */
export type Rendering =
  | { readonly state: 'rendered'; readonly text: string | null; readonly missing: readonly string[] }
  | { readonly state: 'refused'; readonly error: unknown }
  | { readonly state: 'unknown'; readonly error: unknown };

/** Long enough for a word, short enough to feel alive. */
const TYPING_MS = 350;

export function useRendered(kept: Template, text: string, discount: number | null): Rendering {
  const { shop } = useSession();
  const [rendering, setRendering] = useState<Rendering>({
    state: 'rendered',
    text: kept.rendered,
    missing: kept.missing,
  });
  useEffect(() => {
    if (text === kept.text && discount === kept.discount) {
      setRendering({ state: 'rendered', text: kept.rendered, missing: kept.missing });
      return;
    }
    const abort = new AbortController();
    const pause = setTimeout(() => {
      shop.orders.render(kept.type, text, discount, abort.signal).then(
        ({ rendered, missing }) => {
          if (!abort.signal.aborted) setRendering({ state: 'rendered', text: rendered, missing });
        },
        (error: unknown) => {
          if (abort.signal.aborted) return;
          setRendering({ state: isRefused(error, 400, 422) ? 'refused' : 'unknown', error });
        },
      );
    }, TYPING_MS);
    return () => {
      clearTimeout(pause);
      abort.abort();
    };
  }, [text, discount, kept]);
  return rendering;
}
