export interface TemporalUi {
  readonly url: string;
  readonly namespace: string;
}

/** Where people see the runs under this id; null where no Temporal UI is known. The UI opens the newest of them. */
export const runsOf = (ui: TemporalUi | undefined, workflowId: string): string | null =>
  ui === undefined
    ? null
    : `${ui.url}/namespaces/${encodeURIComponent(ui.namespace)}/workflows/${encodeURIComponent(workflowId)}`;
