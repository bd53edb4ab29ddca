import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import type { ConversationRef } from '../workflows/ids.ts';

export const MERCHANT = defineSearchAttributeKey('Merchant', SearchAttributeType.KEYWORD);
const PLATFORM = defineSearchAttributeKey('Platform', SearchAttributeType.KEYWORD);
const CUSTOMER = defineSearchAttributeKey('Customer', SearchAttributeType.KEYWORD);

/** What a run can be searched by from its first moment: set with the start, so it costs no action of its own. */
export const searchAttributesOf = ({ merchant, platform, conversation }: ConversationRef) => [
  { key: MERCHANT, value: merchant as string },
  { key: PLATFORM, value: platform as string },
  // The keyed hash: search attributes are not encrypted.
  { key: CUSTOMER, value: conversation as string },
];

const { INDEXED_VALUE_TYPE_KEYWORD, INDEXED_VALUE_TYPE_BOOL } = proto.temporal.api.enums.v1.IndexedValueType;

export const SEARCH_ATTRIBUTES = {
  Merchant: INDEXED_VALUE_TYPE_KEYWORD,
  Platform: INDEXED_VALUE_TYPE_KEYWORD,
  Customer: INDEXED_VALUE_TYPE_KEYWORD,
  Phase: INDEXED_VALUE_TYPE_KEYWORD,
  NeedsHuman: INDEXED_VALUE_TYPE_BOOL,
} as const;

/** Makes sure that the namespace knows them; returns those that were added. */
export async function registerSearchAttributes(connection: Connection, namespace: string): Promise<string[]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = Object.entries(SEARCH_ATTRIBUTES).filter(([name]) => !(name in customAttributes));
  if (missing.length > 0) {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing),
    });
  }
  return missing.map(([name]) => name);
}
