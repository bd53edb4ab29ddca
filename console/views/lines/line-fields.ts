/** The channels of a line, the ones a shop begins with first. */
export const CHANNELS = ['whatsapp-web', 'whatsapp-cloud', 'instagram', 'evolution', 'simulator'] as const;
export type Channel = (typeof CHANNELS)[number];
export const isChannel = (name: string | undefined): name is Channel =>
  CHANNELS.some((channel) => channel === name);

export interface LineField {
  readonly name:
    'phoneNumberId' | 'accountId' | 'accessToken' | 'app' | 'serverUrl' | 'instance' | 'apiKey' | 'secret';
  /** Goes in and never comes out. */
  readonly secret?: true;
  /** Names the account itself: another one is another line. */
  readonly forGood?: true;
  readonly type?: 'url';
  readonly minLength?: number;
}

const accessToken = { name: 'accessToken', secret: true } as const;
const app = { name: 'app' } as const;

/** What each channel is told about its account, as the API takes it. */
export const LINE_FIELDS: Readonly<Record<Channel, readonly LineField[]>> = {
  'whatsapp-web': [],
  simulator: [],
  'whatsapp-cloud': [{ name: 'phoneNumberId', forGood: true }, accessToken, app],
  instagram: [{ name: 'accountId', forGood: true }, accessToken, app],
  evolution: [
    { name: 'serverUrl', type: 'url' },
    { name: 'instance', forGood: true },
    { name: 'apiKey', secret: true },
    { name: 'secret', secret: true, minLength: 16 },
  ],
};

/** Where the provider sends what customers write, for the path that Zajel listens on. */
export function webhookPath(channel: Channel, line: string, app: string): string | null {
  switch (channel) {
    case 'whatsapp-cloud':
    case 'instagram':
      return app === '' ? null : `/webhooks/meta/${encodeURIComponent(app)}`;
    case 'evolution':
      return line === '' ? null : `/webhooks/evolution/${encodeURIComponent(line)}/`;
    case 'whatsapp-web':
    case 'simulator':
      return null;
  }
}
