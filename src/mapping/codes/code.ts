/** What a problem's code says, for `docs/problems.md` and for who reads `check --json`. */
export interface Code {
  readonly severity: 'error' | 'warning';
  readonly meaning: string;
  readonly fix: string;
  /** What of a mapping brings it about, in one line. */
  readonly example: string;
  /** Told by the source's statistics, so that one database has it and its copy has not. */
  readonly statistics?: true;
}

/** A code of an error. */
export function error(meaning: string, fix: string, example: string) {
  return { severity: 'error', meaning, fix, example } as const satisfies Code;
}

/** A code of a warning: the mapping runs, and `check: { ignore: [CODE] }` silences it. */
export function warning(meaning: string, fix: string, example: string) {
  return { severity: 'warning', meaning, fix, example } as const satisfies Code;
}

/** A warning that rests on the source's statistics. */
export function forecast(meaning: string, fix: string, example: string) {
  return { ...warning(meaning, fix, example), statistics: true } as const satisfies Code;
}
