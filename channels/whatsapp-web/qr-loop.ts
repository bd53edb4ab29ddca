import { toDataURL } from 'qrcode';
import type { ShownQr } from './state.ts';

/** QRs as they come, as text and image, up to a limit: a page that nobody looks at need not ask for codes for ever. */
export class QrLoop {
  readonly #limit: number;
  readonly #show: (qr: ShownQr | null) => void;
  #ordinal = 0;
  #shown: ShownQr | null = null;
  #ended = false;

  constructor(limit: number, show: (qr: ShownQr | null) => void) {
    this.#limit = limit;
    this.#show = show;
  }
  get shown(): ShownQr | null {
    return this.#shown;
  }
  get ended(): boolean {
    return this.#ended;
  }

  async came(text: string): Promise<void> {
    if (this.#ended) return;
    const ordinal = ++this.#ordinal;
    if (ordinal > this.#limit) {
      this.#ended = true;
      this.#set(null);
      return;
    }
    const dataUrl = await toDataURL(text, { errorCorrectionLevel: 'M', margin: 2, width: 320 });
    // A younger one may have come, or the scan, while the image was drawn.
    if (ordinal === this.#ordinal) this.#set({ text, dataUrl, atMs: Date.now(), ordinal, of: this.#limit });
  }
  /** Somebody is looking again. */
  again(): void {
    this.#ordinal = 0;
    this.#ended = false;
  }
  scanned(): void {
    this.again();
    if (this.#shown) this.#set(null);
  }
  #set(qr: ShownQr | null): void {
    this.#shown = qr;
    this.#show(qr);
  }
}
