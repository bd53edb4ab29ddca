import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { evolution } from '../../channels/evolution/channel.ts';
import { instagram } from '../../channels/instagram/channel.ts';
import { whatsappCloud } from '../../channels/whatsapp-cloud/channel.ts';

// Each file is a body in the provider's recorded shape and, in Zajel's words, what is to be heard in it.
const recorded = z.object({ says: z.string(), body: z.unknown(), heard: z.array(z.unknown()) });
const folder = new URL('./payloads/', import.meta.url);

const channels = {
  'whatsapp-cloud': whatsappCloud({ graphApiUrl: 'http://127.0.0.1:9' }),
  instagram: instagram({ instagramApiUrl: 'http://127.0.0.1:9' }),
  evolution: evolution(),
};

describe.each(Object.entries(channels))('%s hears', (name, channel) => {
  const files = readdirSync(new URL(`${name}/`, folder)).map((file) => ({
    file,
    ...recorded.parse(JSON.parse(readFileSync(new URL(`${name}/${file}`, folder), 'utf8'))),
  }));

  it.each(files)('$says ($file)', ({ body, heard }) => {
    expect(channel.parse(body)).toEqual(heard);
  });

  it('every payload twice in one body as two payloads', () => {
    const spread = (body: unknown): unknown[] =>
      z.object({ entry: z.array(z.unknown()) }).safeParse(body).data?.entry ?? [];
    if (name === 'evolution') return;
    const object = name === 'instagram' ? 'instagram' : 'whatsapp_business_account';
    const all = files.flatMap(({ body }) => spread(body));
    expect(channel.parse({ object, entry: [...all, ...all] })).toHaveLength(
      2 * files.flatMap(({ heard }) => heard).length,
    );
  });
});
