import type { Place, Problem } from './problem.js';

/**
 * Problems as a terminal shows them, without colours: severity, code, place, the line with a caret, what is
 * wrong and what to do. One block each, an empty line between them; ends with a line break.
 */
export function formatProblems(problems: readonly Problem[]): string {
  return problems.map(formatProblem).join('\n');
}

function formatProblem({ severity, code, message, fix, path, place }: Problem): string {
  const where = place === null ? pathText(path) : `${place.file}:${place.line}:${place.column}`;
  const lines = [`${severity} ${code}${where === '' ? '' : ` at ${where}`}`];
  if (place !== null) lines.push(...excerptLines(place));
  lines.push(`  ${message}`);
  if (fix !== null) lines.push(`  ${fix}`);
  return `${lines.join('\n')}\n`;
}

/** The longest part of a line that is shown. */
const WIDTH = 100;

/** The caret stands under the column also behind tabs; of long lines only what is near it is shown, of an empty one nothing. */
export function excerptLines({ excerpt, column }: Place): readonly string[] {
  if (excerpt.trim() === '') return [];
  const start = column > WIDTH - 20 ? column - 40 : excerpt.length - excerpt.trimStart().length;
  const from = Math.min(start, column - 1);
  const shown = excerpt.slice(from, from + WIDTH);
  const indent = excerpt.slice(from, column - 1).replaceAll(/[^\t]/g, ' ');
  return [`  | ${shown}`, `  | ${indent}^`];
}

/** `entities.Order.items.byCustomer.key.pk` */
function pathText(path: Problem['path']): string {
  return path.join('.');
}
