import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { send, serverAddress, takeMessages, think, windowMs } from '../chat-app.ts';

/** The settings it had: the buffer lives for a minute, a lock for five seconds, and whoever can't get one goes on without. */
const BUFFER_TTL_SECONDS = 60;
const LOCK_TTL_MS = 5_000;
const LOCK_TRIES = 10;

const redis = new Redis({ port: Number(serverAddress), host: '127.0.0.1' });
const timers = new Set<string>();
const buffer = z.array(z.string());

async function locked<T>(customer: string, work: () => Promise<T>): Promise<T> {
  const key = `lock:${customer}`;
  for (let tries = 0; tries < LOCK_TRIES; tries += 1) {
    if ((await redis.set(key, '1', 'PX', LOCK_TTL_MS, 'NX')) !== null) break;
    await pause(100);
  }
  try {
    return await work();
  } finally {
    await redis.del(key);
  }
}

async function answer(customer: string, turn: string): Promise<void> {
  timers.delete(customer);
  const texts = await locked(customer, async () => {
    const kept = await redis.get(`buffer:${customer}`);
    await redis.del(`buffer:${customer}`);
    return kept === null ? [] : buffer.parse(JSON.parse(kept));
  });
  if (texts.length > 0) await send(customer, think(texts), turn);
}

takeMessages(async (from, text, id) => {
  await locked(from, async () => {
    const kept = await redis.get(`buffer:${from}`);
    const texts = kept === null ? [] : buffer.parse(JSON.parse(kept));
    await redis.set(`buffer:${from}`, JSON.stringify([...texts, text]), 'EX', BUFFER_TTL_SECONDS);
  });
  if (timers.has(from)) return;
  timers.add(from);
  setTimeout(() => void answer(from, id).catch(() => undefined), windowMs);
});
