import { useLocale } from '../../locale.tsx';
import { useSession } from '../../session.ts';

/** A plain amount in the shop's currency; anything else as it stands in the sheet. */
export function Total({ of }: { readonly of: string }) {
  const { money } = useLocale();
  const { merchant } = useSession();
  return <bdi>{/^\d+(\.\d+)?$/.test(of) ? money(of, merchant.currency) : of}</bdi>;
}
