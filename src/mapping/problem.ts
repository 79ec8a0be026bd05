/** Something wrong or doubtful in a mapping, with its place. All of them are reported at once. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  /** `UNKNOWN_KEY`, `UNKNOWN_COLUMN`, …: API, as error codes are. */
  readonly code: string;
  /** What is wrong, in one sentence. */
  readonly message: string;
  /** What to do about it, with "did you mean" where there is a near name. */
  readonly fix: string | null;
  /** Where in the document: `['entities', 'Order', 'items', 'byCustomer', 'key', 'pk']`. */
  readonly path: readonly (string | number)[];
  /** Where in the file; null for what has no text of its own (a missing key has its parent's place). */
  readonly place: Place | null;
}

export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** The line's text. */
  readonly excerpt: string;
}
