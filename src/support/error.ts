/** What part of the work an error belongs to; the CLI derives its exit code from it. */
export type ErrorArea = 'MAPPING' | 'SOURCE' | 'SINK' | 'TABLE' | 'STATE' | 'RUN' | 'USAGE';

/** `AREA_WHAT`. Each area lists its own codes as a union in its `errors.ts`. Codes are API. */
export type ErrorCode = `${ErrorArea}_${string}`;

export interface ErrorDetail {
  readonly cause?: unknown;
  /** The next thing to do, as an imperative sentence. */
  readonly hint?: string;
}

/**
 * The one error that ends a run. What concerns a row, an item or a batch is returned instead
 * (`Reject`, `WriteOutcome`), never thrown.
 */
export class MigrationError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'MigrationError';
  readonly code: Code;
  readonly hint: string | undefined;

  constructor(code: Code, message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    this.hint = detail.hint;
  }

  /** The part of the work this error belongs to. */
  get area(): ErrorArea {
    return this.code.slice(0, this.code.indexOf('_')) as ErrorArea;
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.message === '') {
    return thrown.errors.map(messageOf).join('; ');
  }
  return thrown instanceof Error ? thrown.message : String(thrown);
}
