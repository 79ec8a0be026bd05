import type { LoadedMapping } from './load-mapping.js';
import type { IgnoredWarning, Mapping } from './mapping.js';
import { type Problem, placeProblems } from './problem.js';
import { PROBLEM_CODES } from './problem-codes.js';

/** The problems without the warnings that the mapping's `check.ignore` names. Errors are never left out. */
export function withoutIgnored(problems: readonly Problem[], { check }: Mapping): readonly Problem[] {
  const rules = check?.ignore ?? [];
  return problems.filter((problem) => !rules.some((rule) => matches(rule, problem)));
}

/**
 * Warnings of rules that match none of `problems`, which have to be all there are. A rule for what rests on
 * statistics may match nothing: a development database has other rows than the one it was written for.
 */
export function idleIgnores(
  problems: readonly Problem[],
  { mapping, place }: LoadedMapping,
): readonly Problem[] {
  const idle = (mapping.check?.ignore ?? []).flatMap((rule, index) => {
    const { code, at } = parts(rule);
    const doubtful = PROBLEM_CODES[code].statistics === true;
    if (doubtful || problems.some((problem) => matches(rule, problem))) return [];
    return [
      {
        severity: 'warning' as const,
        code: 'IGNORE_IDLE' as const,
        message: `there is no warning ${code}${at === null ? '' : ` at ${at}`} to ignore`,
        fix: 'Remove it, so that it cannot hide a new one.',
        path: ['check', 'ignore', index],
        spot: 'value' as const,
      },
    ];
  });
  return placeProblems(idle, place);
}

function matches(rule: IgnoredWarning, { severity, code, path }: Problem): boolean {
  const { code: ignored, at } = parts(rule);
  if (severity === 'error' || code !== ignored) return false;
  const here = path.join('.');
  return at === null || here === at || here.startsWith(`${at}.`);
}

function parts(rule: IgnoredWarning) {
  return typeof rule === 'string' ? { code: rule, at: null } : rule;
}
