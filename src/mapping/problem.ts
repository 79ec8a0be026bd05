import type { ProblemCode } from './problem-codes.js';

/** Something wrong or doubtful in a mapping, with its place. All of them are reported at once. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  /** `UNKNOWN_KEY`, `UNKNOWN_COLUMN`, …: API, as error codes are. */
  readonly code: ProblemCode;
  /** What is wrong, in one sentence. */
  readonly message: string;
  /** What to do about it, with "did you mean" where there is a near name. */
  readonly fix: string | null;
  /** Where in the document: `['entities', 'Order', 'items', 'byCustomer', 'key', 'pk']`. */
  readonly path: DocumentPath;
  /** Where in the file; null for what has no text of its own (a missing key has its parent's place). */
  readonly place: Place | null;
}

export type DocumentPath = readonly (string | number)[];

export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** The line's text. */
  readonly excerpt: string;
}

/** What of a path is meant: its key, its value, or so many characters into the value's text. */
export type Spot = 'key' | 'value' | number;

/** Finds the text of a path, or of what is nearest above it; null when that is not certain. */
export type Locate = (path: DocumentPath, spot?: Spot) => Place | null;

/** A problem as checks find it, who know the document but not its file. */
export type DocumentProblem = Omit<Problem, 'place'> & { readonly spot: Spot };

/** Adds the places. */
export function placeProblems(problems: readonly DocumentProblem[], locate: Locate): readonly Problem[] {
  return problems.map(({ spot, ...problem }) => ({ ...problem, place: locate(problem.path, spot) }));
}

/** By place in the file; what has none comes last. The order of the checks decides between equals. */
export function byPlace(a: Problem, b: Problem): number {
  if (a.place === null || b.place === null) return Number(a.place === null) - Number(b.place === null);
  return a.place.line - b.place.line || a.place.column - b.place.column;
}
