import {
  type Client,
  WithStartWorkflowOperation,
  WorkflowIdConflictPolicy,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { z } from 'zod';
import { DECISIONS_QUEUE, lineWorkflowId } from '../workflows/ids.ts';
import type { line as lineWorkflow } from '../workflows/line.ts';
import type { LineRef, LineSeen } from '../workflows/line-activities.ts';
import { lineCommand, type LineAnswer, type LineCommand } from '../workflows/line-commands.ts';
import { CALL_TIMEOUT_MS } from './connection.ts';
import { MERCHANT } from './search-attributes.ts';

/** A browser ends in seconds and a pairing code takes some; longer than this a person would not wait. */
const COMMAND_TIMEOUT_MS = 25_000;

/** These make sense also where no run is there. */
const STARTS: readonly LineCommand['kind'][] = ['start', 'clear-session'];

const number = z.number().nullable();
const seenSchema = z.object({
  state: z.string(),
  why: z.string(),
  quality: z.enum(['excellent', 'good', 'poor', 'lost']),
  connectedSinceMs: number,
  answeredInMs: number,
  browserBytes: number,
  profileBytes: number,
  lastBackupAtMs: number,
  beyondRepair: z.boolean().optional(),
  qr: z.object({ text: z.string(), dataUrl: z.string(), atMs: z.number() }).nullable(),
  pairingCode: z.string().nullable(),
  phone: z.string().nullable(),
});

export interface LastBeat {
  readonly atMs: number;
  /** Null before the browser has shown anything. */
  readonly seen: LineSeen | null;
}

/** Brings a person's wishes to a line, and tells what its holder saw last. */
export class LineMail {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async command(ref: LineRef, command: LineCommand): Promise<LineAnswer> {
    const workflowId = lineWorkflowId(ref.merchant, ref.line);
    const { workflow } = this.#client;
    const options = { args: [command] satisfies [LineCommand] };
    try {
      return await this.#within(COMMAND_TIMEOUT_MS, () =>
        STARTS.includes(command.kind)
          ? workflow.executeUpdateWithStart<typeof lineWorkflow, LineAnswer, [LineCommand]>(lineCommand, {
              ...options,
              startWorkflowOperation: new WithStartWorkflowOperation<typeof lineWorkflow>('line', {
                workflowId,
                taskQueue: DECISIONS_QUEUE,
                args: [ref],
                workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
                typedSearchAttributes: [{ key: MERCHANT, value: ref.merchant as string }],
              }),
            })
          : workflow.getHandle(workflowId).executeUpdate(lineCommand, options),
      );
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return { kind: 'not-held' };
      throw error;
    }
  }

  /** Is there a run that keeps the line? */
  async isKept({ merchant, line }: LineRef): Promise<boolean> {
    try {
      const { status } = await this.#within(CALL_TIMEOUT_MS, () =>
        this.#client.workflow.getHandle(lineWorkflowId(merchant, line)).describe(),
      );
      return status.name === 'RUNNING';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  }

  /** The holder's last heartbeat; null when nobody holds the line. It costs the workflow nothing. */
  async lastBeat({ merchant, line }: LineRef): Promise<LastBeat | null> {
    try {
      const { raw } = await this.#within(CALL_TIMEOUT_MS, () =>
        this.#client.workflow.getHandle(lineWorkflowId(merchant, line)).describe(),
      );
      const held = raw.pendingActivities?.find(({ activityType }) => activityType?.name === 'holdLine');
      const at = held?.lastHeartbeatTime;
      if (held === undefined || at === undefined || at === null) return null;
      const [details] = await decodeArrayFromPayloads(
        this.#client.options.loadedDataConverter,
        held.heartbeatDetails?.payloads,
      );
      const atMs = Number(at.seconds ?? 0) * 1_000 + Math.floor((at.nanos ?? 0) / 1_000_000);
      return {
        atMs,
        seen: seenSchema
          .nullable()
          .catch(null)
          .parse(details ?? null),
      };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    }
  }

  #within<T>(ms: number, call: () => Promise<T>): Promise<T> {
    return this.#client.withDeadline(Date.now() + ms, call);
  }
}
