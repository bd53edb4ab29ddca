import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import type { Seal } from '../store/sealed.ts';

const ENCODING = Buffer.from('binary/encrypted');

/**
 * Everything that workflows carry is sealed before it leaves this process: Temporal's database, UI and
 * exports hold no customer's words. The key's id is in the metadata, so that old payloads stay readable
 * after a rotation.
 */
export class EncryptionCodec implements PayloadCodec {
  readonly #seal: Seal;

  constructor(seal: Seal) {
    this.#seal = seal;
  }

  encode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.resolve(
      payloads.map((payload) => {
        const plain = proto.temporal.api.common.v1.Payload.encode(payload).finish();
        return {
          metadata: { encoding: ENCODING, 'encryption-key-id': Buffer.from(this.#seal.currentId) },
          data: this.#seal.seal(plain),
        };
      }),
    );
  }

  decode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.resolve(
      payloads.map((payload) => {
        const encoding = payload.metadata?.['encoding'];
        if (!encoding || !payload.data || !ENCODING.equals(encoding)) return payload;
        return proto.temporal.api.common.v1.Payload.decode(this.#seal.open(payload.data));
      }),
    );
  }
}
