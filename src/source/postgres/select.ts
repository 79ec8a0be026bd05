import { QUOTING, questionParts } from '../select.js';
import type { Selected, SelectQuestion } from '../source.js';
import type { Session } from './session.js';
import type { Statement } from './sql.js';

/**
 * The answer to a question of the operator's, by the extended protocol: it takes one statement, and values apart from
 * it. A parameter that stands twice is two, so that the server infers the type of each from its place.
 */
export async function select(
  session: Session,
  question: SelectQuestion,
  signal: AbortSignal,
): Promise<Selected> {
  const { most } = question;
  const statement = selectStatement(question);
  const names: string[] = [];
  const portals = session.openPortals();
  try {
    const portal = portals.open(statement, (columns) => names.push(...columns));
    const { rows } = await session.run(signal, () => portal.fetch(most + 1));
    const columns = names.map((name) => ({ name, exact: true }));
    return { columns, rows: [...rows].slice(0, most), more: rows.length > most };
  } finally {
    await session.run(signal, () => portals.close());
  }
}

export function selectStatement(question: SelectQuestion): Statement {
  const values: string[] = [];
  const texts = questionParts(question, QUOTING.postgres).map((part) => {
    if (typeof part === 'string') return part;
    values.push(part.text);
    return `$${values.length}`;
  });
  return { text: texts.join(''), values };
}
