import { STATUS_CODES } from 'node:http';

export interface FieldError {
  /** Where in the request: `text`, `query.limit`, `path.line`. */
  readonly path: string;
  readonly message: string;
}

interface ProblemMore {
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** What went wrong, as the caller is told it (RFC 9457). `code` is stable: programs branch on it. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    detail: string,
    { errors, headers = {}, cause }: ProblemMore = {},
  ) {
    super(`${code}: ${detail}`, cause === undefined ? undefined : { cause });
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.errors = errors;
    this.headers = headers;
  }
}

export const problemBody = ({ status, code, detail, errors }: Problem, requestId: string) => ({
  type: `urn:zajel:problem:${code}`,
  title: STATUS_CODES[status] ?? 'Error',
  status,
  code,
  detail,
  requestId,
  ...(errors === undefined ? {} : { errors }),
});

export const notFound = (what: string): Problem =>
  new Problem(404, `unknown-${what}`, `There is no such ${what}.`);

export const invalid = (errors: readonly FieldError[]): Problem =>
  new Problem(422, 'invalid-request', 'The request does not have the right shape; `errors` says where.', {
    errors,
  });
