/** Line icons on a 24-unit grid, drawn here so that nothing is fetched from elsewhere. */
const PATHS = {
  conversations: 'M4 5.500h16v10.500H10l-4.5 3.500V16H4z',
  orders: 'M6 4h12v16l-3-2-3 2-3-2-3 2zM9 8.500h6M9 12.500h6',
  templates: 'M4 5.500h16v13H4zM4 6.500l8 6.5 8-6.500',
  lines: 'M5 19v-5M10 19v-8M15 19V8M20 19V5',
  phone: 'M7.5 3h9v18h-9zM11 18h2',
  catalogue: 'M4 8.5 12 4l8 4.500v7L12 20l-8-4.500zM4 8.500l8 4.5 8-4.500M12 13v7',
  hours: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4.500l3 2',
  settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 4.500v5M9 14.500v5',
  keys: 'M8.5 12a3.5 3.5 0 1 0 0 .01M12 12h8M17 12v3M20 12v2.5',
  audit: 'M6 4h12v16H6zM9 9h6M9 13h6M9 17h3',
  down: 'M12 5v14M6 13l6 6 6-6',
  more: 'M5 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0M11 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0M17 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0',
  back: 'M14.5 6l-6 6 6 6',
  send: 'M4.5 12 20 4.5 15.5 20l-4-6.500zM11.5 13.5 20 4.5',
  person: 'M12 12a3.7 3.7 0 1 0 0-7.4 3.7 3.7 0 0 0 0 7.400zM4.8 20c.6-3.6 3.5-5.5 7.2-5.500s6.6 1.9 7.2 5.5',
  bird: 'M3.5 7l8.5 2.700L16.4 5l.7 3.4 3.4 1.1-2.8 1.500c-.4 4.6-3.5 7.4-8.2 7.400H5.400l3.6-2.600C5.8 14.7 3.9 11.6 3.5 7z',
  external: 'M10 5H5v14h14v-5M13.5 4.500h6v6M19 5l-8.5 8.5',
  plus: 'M12 5v14M5 12h14',
  trash: 'M5 7h14M9 7V4.500h6V7M7 7l.8 12.500h8.400L17 7',
  edit: 'M5 19l.8-4L16 4.800l3.2 3.200L9 18.200z',
  copy: 'M9 9h10v10H9zM5 15V5h10',
  check: 'M5 12.500l4.5 4.500L19 7.5',
  checks: 'M2.5 12.5 7 17l9-9.500M11.5 15.5 13 17l8.5-9.5',
  clock: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4.500l3 2',
  alert: 'M12 4 21 19.500H3zM12 10v4M12 17h.01',
  question:
    'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM9.8 9.700c.2-1.3 1.1-2 2.3-2 1.3 0 2.3.8 2.3 2 0 1.6-2.2 1.9-2.2 3.500M12.2 16.200h.01',
  cross: 'M6 6l12 12M18 6 6 18',
  bolt: 'M13 3.5 5.5 13.500H11l-1 7 7.5-10H12z',
  play: 'M8 5.500v13l10-6.500z',
  stop: 'M7 7h10v10H7z',
  restart: 'M19 12a7 7 0 1 1-2.2-5.100M19 4v4h-4',
  search: 'M11 5a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM15.5 15.5 20 20',
  globe:
    'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM4 12h16M12 4c2.5 2.5 3.5 5 3.5 8s-1 5.5-3.5 8c-2.5-2.5-3.5-5-3.5-8s1-5.5 3.5-8z',
  exit: 'M14 5H6v14h8M11 12h9M17 8.500l3.5 3.5-3.5 3.5',
  attachment:
    'M18.5 11.5 12 18a4 4 0 0 1-5.6-5.600l7-7a2.7 2.7 0 0 1 3.8 3.800l-7 7a1.3 1.3 0 0 1-1.9-1.900l6.2-6.2',
} as const;

export type IconName = keyof typeof PATHS;
/** These point along the line of reading and turn around with it. */
const TURNS: ReadonlySet<IconName> = new Set<IconName>(['back', 'send', 'exit', 'external', 'bird']);

export function Icon({ name, size = 20 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      class={TURNS.has(name) ? 'icon icon-turns' : 'icon'}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
