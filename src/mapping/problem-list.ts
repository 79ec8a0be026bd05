import type { DocumentPath, DocumentProblem, Spot } from './problem.js';
import type { ProblemCode } from './problem-codes.js';

/** Collects what checks find, so that all of it is reported at once. */
export class ProblemList {
  readonly #problems: DocumentProblem[] = [];

  get all(): readonly DocumentProblem[] {
    return this.#problems;
  }

  get failed(): boolean {
    return this.#problems.some(({ severity }) => severity === 'error');
  }

  error(
    path: DocumentPath,
    code: ProblemCode,
    message: string,
    fix: string | null,
    spot: Spot = 'value',
  ): void {
    this.#problems.push({ severity: 'error', code, message, fix, path, spot });
  }

  warning(
    path: DocumentPath,
    code: ProblemCode,
    message: string,
    fix: string | null,
    spot: Spot = 'value',
  ): void {
    this.#problems.push({ severity: 'warning', code, message, fix, path, spot });
  }
}

/** "Did you mean x?", or what there is to choose from. */
export function suggestion(near: string | null, label: string, names: readonly string[]): string {
  if (near !== null) return `Did you mean ${near}?`;
  return names.length === 0 ? `There are no ${label}.` : `The ${label} are ${names.join(', ')}.`;
}
