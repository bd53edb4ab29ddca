import { describe, expect, it } from 'vitest';
import { paceOf } from '../../domain/line-pace.ts';
import { askPace, PACE_OF, type Pace, type PaceLane, type PaceState } from '../../domain/pace.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A line over time: who asks comes back at the slot, as the workflow does. */
class Line {
  state: PaceState = {};
  nowMs = 1_800_000_000_000;
  readonly sentAt: number[] = [];
  readonly pace: Pace;
  constructor(pace: Pace) {
    this.pace = pace;
  }
  ask(lane: PaceLane, slotMs: number | null = null, random = 0): number {
    const { atMs, state } = askPace(this.pace, this.state, {
      lane,
      nowMs: this.nowMs,
      slotMs,
      random: () => random,
    });
    this.state = state;
    return atMs;
  }
  /** All of them at once; each leaves at its slot. */
  sendAll(lane: PaceLane, count: number): void {
    let waiting = Array.from({ length: count }, (): number | null => null);
    while (waiting.length > 0) {
      this.nowMs = Math.max(this.nowMs, Math.min(...waiting.map((slot) => slot ?? this.nowMs)));
      const next: (number | null)[] = [];
      for (const slot of waiting) {
        if (slot !== null && slot > this.nowMs) {
          next.push(slot);
          continue;
        }
        const at = this.ask(lane, slot);
        if (at <= this.nowMs) this.sentAt.push(this.nowMs);
        else next.push(at);
      }
      waiting = next;
    }
  }
  mostWithin(ms: number): number {
    return Math.max(
      ...this.sentAt.map((from) => this.sentAt.filter((at) => at >= from && at < from + ms).length),
    );
  }
}
const unofficial = (over: Partial<Pace> = {}): Pace => {
  const usual = PACE_OF['whatsapp-web'];
  if (usual === null) throw new Error('an unofficial line has a pace');
  return { ...usual, ...over };
};

describe('the pace of an unofficial line', () => {
  it('leaves one to three seconds between replies', () => {
    const line = new Line(unofficial());
    expect(line.ask('reply', null, 1)).toBe(line.nowMs);
    expect(line.ask('reply', null, 0)).toBe(line.nowMs + 3_000);
    expect(line.ask('reply')).toBe(line.nowMs + 4_000);
  });

  it.each(['reply', 'order'] as const)(
    'lets at most 8 a minute and 200 an hour out, whatever waits (%s)',
    (lane) => {
      const line = new Line(unofficial());
      line.sendAll(lane, 500);
      expect(line.sentAt).toHaveLength(500);
      expect(line.mostWithin(MINUTE)).toBe(8);
      expect(line.mostWithin(HOUR)).toBeLessThanOrEqual(200);
      expect(line.mostWithin(HOUR)).toBeGreaterThan(180);
    },
  );

  it('leaves 30 to 60 s between first contacts, and meets 20 new people on its first day, more each day', () => {
    const line = new Line(unofficial());
    const startMs = line.nowMs;
    line.sendAll('first-contact', 100);
    const gaps = line.sentAt.slice(1).map((at, index) => at - (line.sentAt[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(30_000);
    expect(line.sentAt.filter((at) => at < startMs + DAY)).toHaveLength(20);
    expect(
      line.sentAt.filter((at) => at >= startMs + DAY && at < startMs + 2.5 * DAY).length,
    ).toBeGreaterThan(30);
  });

  it('sends an answer before the order messages that were there first', () => {
    const line = new Line(unofficial());
    for (let order = 0; order < 50; order += 1) line.ask('order');
    expect(line.ask('reply')).toBe(line.nowMs);
  });

  it('never slows a person down, and counts what they wrote', () => {
    const line = new Line(unofficial());
    for (let message = 0; message < 20; message += 1) expect(line.ask('person')).toBe(line.nowMs);
    expect(line.ask('reply')).toBeGreaterThan(line.nowMs);
  });

  it('gives a slot once: who comes back in time goes, and takes nobody else’s', () => {
    const line = new Line(unofficial());
    line.ask('reply');
    const slot = line.ask('reply');
    expect(line.ask('reply', slot)).toBe(slot);
    const before = line.state;
    line.nowMs = slot;
    expect(line.ask('reply', slot)).toBeLessThanOrEqual(line.nowMs);
    expect(line.state).toBe(before);
  });
});

describe('a line’s own pace', () => {
  it('is its channel’s unless it is set; the simulator has none, and null takes it off', () => {
    expect(paceOf('evolution', {})).toEqual(PACE_OF.evolution);
    expect(paceOf('simulator', {})).toBeNull();
    expect(paceOf('whatsapp-web', { pace: null })).toBeNull();
  });

  it('names what differs; nonsense changes nothing, null lifts one limit', () => {
    expect(
      paceOf('whatsapp-web', {
        pace: { perMinute: 3, perHour: null, perDay: 'many', replyGapMs: { from: 5, to: 1 } },
      }),
    ).toEqual(unofficial({ perMinute: 3, perHour: null }));
    expect(paceOf('simulator', { pace: { perMinute: 3 } })).toEqual({
      replyGapMs: null,
      firstContactGapMs: null,
      perMinute: 3,
      perHour: null,
      perDay: null,
      newContactsPerDay: null,
    });
  });
});
