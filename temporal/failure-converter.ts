import { DefaultFailureConverter } from '@temporalio/common';

/** Messages and stacks of failures may quote a customer, so they go through the codec like every payload. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
