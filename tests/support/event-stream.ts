export interface StreamedEvent {
  readonly id: string;
  readonly event: unknown;
}

/** The events of a server-sent stream, as they come, until it ends. */
export async function* streamed({ body }: Response): AsyncGenerator<StreamedEvent> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    for (const [whole, id = '', data = ''] of text.matchAll(/id: (\S+)\ndata: (.+)\n\n/g)) {
      text = text.replace(whole, '');
      yield { id, event: JSON.parse(data) as unknown };
    }
  }
}
