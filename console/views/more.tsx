import { useLocale } from '../locale.tsx';
import { Icon } from '../parts/icon.tsx';
import { hrefOf } from '../route.ts';
import { NAVIGATION, ON_THE_BAR } from './shell.tsx';

/** What a phone's bar has no room for. */
export function More() {
  const { t } = useLocale();
  return (
    <section class="page">
      <h1>{t('app.menu')}</h1>
      <ul class="rows">
        {NAVIGATION.slice(ON_THE_BAR).map((page) => (
          <li key={page}>
            <a class="row row-link" href={hrefOf(page)}>
              <Icon name={page} size={22} />
              <strong>{t(`nav.${page}`)}</strong>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
