import { fileURLToPath } from 'node:url';
import { activityInfo } from '@temporalio/activity';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { send, serverAddress as address, takeMessages, think, windowMs } from '../chat-app.ts';
import { conversation, message } from './workflow.ts';

/** The app around that workflow: no store, no encryption. All settings are the defaults. */
Runtime.install({ logger: new DefaultLogger('WARN') });
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address }),
  taskQueue: 'chat',
  workflowsPath: fileURLToPath(new URL('./workflow.ts', import.meta.url)),
  activities: {
    think: (texts: readonly string[]) => Promise.resolve(think(texts)),
    send: (to: string, answer: string) => {
      const { workflowExecution, activityId } = activityInfo();
      return send(to, answer, `${workflowExecution?.runId}-${activityId}`);
    },
  },
});
const client = new Client({ connection: await Connection.connect({ address }) });

takeMessages((from, text) =>
  client.workflow.signalWithStart(conversation, {
    workflowId: `conversation-${from}`,
    taskQueue: 'chat',
    args: [from, windowMs],
    signal: message,
    signalArgs: [text],
  }),
);
await worker.run();
