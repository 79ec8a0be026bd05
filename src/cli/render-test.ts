import type { ExampleDifference } from '../mapping/examples/compare-items.js';
import { valueText } from '../mapping/examples/example-yaml.js';
import type { TestReport } from '../operations/test-mapping.js';

/** `-` is what was expected, `+` what the mapping makes, as in a patch. */
export function renderTest(report: TestReport): string {
  const { differences, examples, mapping, whereIgnored, written } = report;
  const ignored =
    whereIgnored.length === 0
      ? ''
      : `The where of ${whereIgnored.join(', ')} is SQL and was not run: every row counts as let through.\n`;
  const counts = `${report.rows} rows → ${report.items} items, ${report.rejects} rejects`;
  const files = written.map((file) => `Wrote ${file}\n`).join('');
  if (differences.length === 0) {
    const verdict = written.some((file) => file.endsWith('expected.yaml'))
      ? `${counts}.\nNext: read expected.yaml over, then tablefold test --mapping ${mapping}\n`
      : `${counts}: as expected in ${examples}.\nNext: tablefold check --mapping ${mapping} holds the mapping against the live source.\n`;
    return `${files}${ignored}${verdict}`;
  }
  return [
    files,
    ...differences.map(renderDifference),
    `\n${ignored}${counts}; ${differences.length} differ from ${examples}.\n`,
    `Next: mend the mapping or expected.yaml; tablefold test --mapping ${mapping} --update accepts what it makes.\n`,
  ].join('');
}

function renderDifference(difference: ExampleDifference): string {
  switch (difference.kind) {
    case 'missing':
      return `- ${difference.key}: expected and not made\n`;
    case 'unexpected': {
      const lines = Object.entries(difference.item).map(
        ([name, value]) => `    + ${name}: ${valueText(value)}\n`,
      );
      return `+ ${difference.key}: made and not expected\n${lines.join('')}`;
    }
    case 'different': {
      const lines = difference.attributes.flatMap(({ name, expected, found }) => [
        ...(expected === null ? [] : [`    - ${name}: ${valueText(expected)}\n`]),
        ...(found === null ? [] : [`    + ${name}: ${valueText(found)}\n`]),
      ]);
      return `~ ${difference.key}\n${lines.join('')}`;
    }
    case 'collision':
      return `! ${difference.key}: made twice; in the table one would overwrite the other\n`;
    case 'missing-reject':
      return `- ${rejectText(difference.reject)}: expected as a reject\n`;
    case 'unexpected-reject':
      return `+ ${rejectText(difference.reject)}: rejected, and not expected to be\n`;
  }
}

function rejectText({ entity, copy, source, code }: TestReject): string {
  return `${entity}.${copy} of ${source} (${code})`;
}

type TestReject = Extract<ExampleDifference, { readonly reject: unknown }>['reject'];
