import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi';
import type { Route, RouteSpec } from './route.ts';
import { problem } from './schemas/problem.ts';

const IDEMPOTENCY_KEY = z.object({
  'Idempotency-Key': z.string().max(200).optional().meta({
    description:
      'The same key and the same call: the same answer, without doing it again. Kept for 24 hours.',
  }),
});

/** The document of the API, from the declarations that also mount and check it. */
export function openApiDocument(routes: readonly Route[], serverUrl: string | undefined) {
  const paths: ZodOpenApiPathsObject = {};
  for (const { spec } of routes) {
    const path = spec.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [spec.method]: operationOf(spec) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Zajel',
      version: '1',
      description:
        'Conversations with customers that lose nothing. Errors are RFC 9457 problem documents with a stable `code`; lists have cursors; times are ISO 8601 with milliseconds.',
    },
    ...(serverUrl === undefined ? {} : { servers: [{ url: serverUrl }] }),
    security: [{ apiKey: [] }, { bearer: [] }],
    components: {
      securitySchemes: {
        apiKey: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
        bearer: { type: 'http', scheme: 'bearer' },
      },
    },
    paths,
  });
}

function operationOf(spec: RouteSpec): ZodOpenApiOperationObject {
  const { method, scope, summary, description, tag, params, query, body } = spec;
  const writes = method !== 'get';
  const needs =
    scope === 'public'
      ? 'Needs no key.'
      : scope === 'admin'
        ? 'Needs the admin key.'
        : `Needs the scope \`${scope}\`.`;
  return {
    operationId: operationId(spec),
    tags: [tag],
    summary,
    description: description === undefined ? needs : `${description} ${needs}`,
    ...(scope === 'public' ? { security: [] } : {}),
    requestParams: {
      ...(params === undefined ? {} : { path: params }),
      ...(query === undefined ? {} : { query }),
      ...(writes ? { header: IDEMPOTENCY_KEY } : {}),
    },
    ...(body === undefined ? {} : { requestBody: { content: { 'application/json': { schema: body } } } }),
    responses: responsesOf(spec),
  };
}

function responsesOf({ responses }: RouteSpec): ZodOpenApiResponsesObject {
  const all: Record<string, ZodOpenApiResponseObject> = {
    default: { description: 'What went wrong', content: { 'application/problem+json': { schema: problem } } },
  };
  for (const [status, shape] of Object.entries(responses)) {
    const description = STATUS_CODES[status] ?? status;
    if (shape === null) all[status] = { description };
    else if (shape instanceof z.ZodType)
      all[status] = { description, content: { 'application/json': { schema: shape } } };
    else all[status] = { description, content: { [shape.contentType]: { schema: z.string() } } };
  }
  return all;
}

/** `getApiMerchantsMerchantLines`: unique, and stable as long as the path is. */
const operationId = ({ method, path }: RouteSpec): string =>
  method + path.replaceAll(/[^a-z]+([a-z]?)/gi, (_, letter: string) => letter.toUpperCase());
