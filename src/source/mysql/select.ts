import type { FieldPacket } from 'mysql2';
import { QUOTING, questionParts } from '../select.js';
import type { Row, Selected, SelectParameter, SelectQuestion } from '../source.js';
import { fieldReader, isRounded } from './cell-readers.js';
import { isValueOf, literalOf, quoteText } from './literals.js';
import type { Session } from './session.js';

/** Sessions are shared by several who ask: each has names of its own. */
let asked = 0;

/**
 * The answer to a question of the operator's, by a prepared statement: it is one statement, and values are handed to
 * it in variables. PREPARE and EXECUTE as statements of the text protocol, since a statement that is prepared by the
 * binary one answers with numbers and dates in binary.
 */
export async function select(
  session: Session,
  question: SelectQuestion,
  signal: AbortSignal,
): Promise<Selected> {
  asked += 1;
  const name = `tablefold_${asked}`;
  const { prepare, variables, execute } = selectStatements(question, name);
  const run = (text: string) => session.query({ text, readers: null }, signal);
  await run(prepare);
  try {
    if (variables !== null) await run(variables);
    return await answer(session, execute, question.most, signal);
  } finally {
    if (session.failure === null && !signal.aborted) await run(`DEALLOCATE PREPARE ${name}`);
  }
}

async function answer(session: Session, text: string, most: number, signal: AbortSignal): Promise<Selected> {
  const fields: FieldPacket[] = [];
  const readers: ReturnType<typeof fieldReader>[] = [];
  const rows: Row[] = [];
  let more = false;
  const take = (row: Row) => {
    if (rows.length < most) rows.push(row);
    else more = true;
  };
  await session.read({ text, readers }, take, signal, (described) => {
    fields.push(...described);
    readers.push(...described.map(fieldReader));
  });
  return { columns: fields.map((field) => ({ name: field.name, exact: !isRounded(field) })), rows, more };
}

export interface SelectStatements {
  readonly prepare: string;
  /** Null where there are no values. */
  readonly variables: string | null;
  readonly execute: string;
}

export function selectStatements(question: SelectQuestion, name: string): SelectStatements {
  const values: string[] = [];
  const texts = questionParts(question, QUOTING.mysql).map((part) => {
    if (typeof part === 'string') return part;
    values.push(literalText(part));
    return '?';
  });
  const variables = values.map((_, at) => `@${name}_${at + 1}`);
  const using = variables.length === 0 ? '' : ` USING ${variables.join(', ')}`;
  const sets = variables.map((variable, at) => `${variable} = ${values[at]}`);
  return {
    prepare: `PREPARE ${name} FROM ${quoteText(texts.join(''))}`,
    variables: sets.length === 0 ? null : `SET ${sets.join(', ')}`,
    execute: `EXECUTE ${name}${using}`,
  };
}

/** An ENUM is compared by its label, and not by its number as keys are. */
function literalText({ text, column }: SelectParameter): string {
  const byLabel = column === null || ['enum', 'array'].includes(column.type.kind);
  return byLabel || !isValueOf(column, text) ? quoteText(text) : literalOf(column, text);
}
