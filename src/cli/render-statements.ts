import type { StatementsReport } from '../operations/plan-statements.js';
import type { SourceStatement } from '../source/source-statement.js';

/** A script of SQL: what each statement is for, and when it is sent, are comments before it. */
export function renderStatements(report: StatementsReport, mapping: string): string {
  const parts: readonly (readonly [title: string, statements: readonly SourceStatement[]])[] = [
    ['Connections and the snapshot', report.run],
    ...report.collisions.map(
      ({ entity, copies, statements }) =>
        [
          `Keys of ${entity} (${copies.join(', ')}), compared before any item is written`,
          statements,
        ] as const,
    ),
    ...report.entities.map(({ entity, statements }) => [`Rows of ${entity}`, statements] as const),
    ...report.measures.map(
      ({ table, statements }) => [`Values of ${table} at risk, counted by plan alone`, statements] as const,
    ),
  ];
  return [
    `-- What ${report.source} will be sent; no row was read.\n`,
    ...parts.map(([title, statements]) => `-- ── ${title}\n\n${statements.map(script).join('\n')}`),
    `-- Next: tablefold plan --mapping ${mapping} reads the rows; migrate writes their items.\n`,
  ].join('\n');
}

function script({ purpose, sent, sql, values }: SourceStatement): string {
  const held = values.map((value, at) => `-- $${at + 1}: ${value.replaceAll(/\s+/g, ' ')}\n`).join('');
  return `-- ${purpose}: ${sent}\n${held}${sql};\n`;
}
