import type { z } from 'zod';
import type { Line } from '../store/lines.ts';
import type { connectionsOf } from '../store/wanted-lines.ts';
import type { LastBeat } from '../temporal/line-mail.ts';
import { isHeard } from './heard-line.ts';
import { iso } from './schemas/common.ts';
import type { connectionReport } from './schemas/persistent-connection.ts';

const MB = 1024 * 1024;

type Report = z.input<typeof connectionReport>;
type Counted = Awaited<ReturnType<typeof connectionsOf>>;

/** The line in the shape that people's scripts read. Connected is what store and holder both say. */
export function reportOf(line: Line, counted: Counted, beat: LastBeat | null, nowMs: number): Report {
  const seen = isHeard(beat, nowMs) ? beat.seen : null;
  const up = (state: string | undefined): boolean => state === 'connected' || state === 'no-new-chats';
  const isConnected = up(line.state) && up(seen?.state);
  const wanted = line.desired === 'started' && line.state !== 'stopped';
  const sessionHealth = isConnected ? 'healthy' : counted.linked ? 'degraded' : 'critical';
  return {
    success: true,
    connection: {
      isConnected,
      quality: isConnected ? (seen?.quality ?? 'lost') : 'lost',
      uptime: uptime(isConnected && seen?.connectedSinceMs != null ? nowMs - seen.connectedSinceMs : 0),
      clientInfo: seen?.phone == null ? null : { phone: seen.phone },
    },
    session: {
      exists: counted.linked,
      isValid: isConnected,
      health: sessionHealth,
      size: Math.round(((seen?.profileBytes ?? 0) / MB) * 10) / 10,
    },
    health: {
      sessionHealth,
      reconnectAttempts: Math.max(counted.connected - 1, 0),
      browserRestarts: Math.max(counted.opened - 1, 0),
      lastHeartbeat: beat === null ? null : iso(new Date(beat.atMs)),
    },
    recommendations: {
      // What clears itself up needs no clearing, and a login that the phone ended is mended by the QR.
      shouldClearSession: !isConnected && seen?.beyondRepair === true,
      shouldReconnect: wanted && !isConnected && line.state === 'degraded',
      needsQRScan: line.state === 'needs-qr',
    },
  };
}

export function uptime(ms: number): string {
  const seconds = Math.floor(Math.max(ms, 0) / 1_000);
  return `${Math.floor(seconds / 3600)}h ${Math.floor(seconds / 60) % 60}m ${seconds % 60}s`;
}
