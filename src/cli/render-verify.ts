import type { PatternDifference, PatternVerdict, VerifyReport } from '../operations/verify/verify-report.js';
import { printable, readable } from './printable.js';
import { renderDiff } from './render-diff.js';
import { count, duration, plural, table } from './table.js';

/** The patterns against their SQL, then the items, then the verdict. */
export function renderVerify(report: VerifyReport, mapping: string): string {
  const { patterns, items } = report;
  return [
    patterns === null ? '' : renderPatterns(patterns),
    items === null ? '' : renderDiff(items, { mapping }),
    `${verdictText(report)} ${duration(report.durationMs)}\n`,
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function renderPatterns(patterns: readonly PatternVerdict[]): string {
  if (patterns.length === 0) return 'The mapping has no access patterns.\n';
  const rows = patterns.map(({ pattern, verdict, sets, differing, rows, compared }) => [
    pattern,
    verdict,
    sets,
    differing,
    rows,
    compared.length === 0 ? '-' : compared.join(', '),
  ]);
  const head = ['access pattern', 'against its sql', 'asked', 'differing', 'rows', 'key, order and'];
  return [
    table(head, rows),
    ...notes(patterns),
    ...patterns.flatMap(({ pattern, differences }) =>
      differences.map((difference) => differenceText(pattern, difference)),
    ),
  ].join('');
}

/** What each verdict leaves out; patterns for the same reason in one line. */
function notes(patterns: readonly PatternVerdict[]): readonly string[] {
  const reasons = new Map<string, string[]>();
  for (const { pattern, why } of patterns) {
    if (why !== null) reasons.set(why, [...(reasons.get(why) ?? []), pattern]);
  }
  return [
    ...[...reasons].map(([why, names]) => `${names.join(', ')}: ${printable(why)}\n`),
    ...patterns
      .filter(({ cut }) => cut > 0)
      .map(
        ({ pattern, cut }) => `${pattern}: of ${plural(cut, 'answer')} the first 1,000 rows were compared\n`,
      ),
    ...patterns
      .filter(({ expired }) => expired > 0)
      .map(
        ({ pattern, expired }) =>
          `${pattern}: ${plural(expired, 'row')} without an item, whose time to live is past\n`,
      ),
    ...patterns
      .filter(({ ignored }) => ignored.length > 0)
      .map(
        ({ pattern, ignored }) =>
          `${pattern}: columns that are no attribute: ${printable(ignored.join(', '))}\n`,
      ),
  ];
}

function differenceText(pattern: string, { parameters, kind, row, attributes }: PatternDifference): string {
  const values = Object.entries(parameters).map(([name, value]) => ` --${name} ${JSON.stringify(value)}`);
  const lines = attributes.map(({ name, expected, found }) => {
    const [one, other] = [expected, found].map((value) => (value === null ? '(none)' : readable(value)));
    return `    ${printable(name)}: the sql says ${one}, the table ${other}\n`;
  });
  return `\n${KINDS[kind]}  ${printable(row)}\n  tablefold query ${pattern}${printable(values.join(''))}\n${lines.join('')}`;
}

const KINDS: Readonly<Record<PatternDifference['kind'], string>> = {
  missing: 'not found by the pattern',
  extra: 'found by the pattern alone',
  different: 'different',
  order: 'in another order from here on',
};

function verdictText({ equal, patterns, items }: VerifyReport): string {
  const asked = (patterns ?? []).filter(({ sets }) => sets > 0);
  const sets = asked.reduce((sum, one) => sum + one.sets, 0);
  const looked = [
    asked.length === 0
      ? ''
      : `${plural(asked.length, 'access pattern')} with ${plural(sets, 'parameter set')}`,
    items === null ? '' : itemsText(items),
  ].filter((part) => part !== '');
  const what = looked.join(' and ');
  const without = (patterns ?? []).filter(({ verdict }) => verdict === 'not verified').length;
  const rest = without === 0 ? '' : ` ${plural(without, 'pattern')} not verified.`;
  if (looked.length === 0) return `Nothing could be verified.${rest}`;
  return equal
    ? `Verified: ${what}; the table says what the source says.${rest}`
    : `Different: the table does not say what the source says (${what} compared).${rest}`;
}

function itemsText({ totals, sample }: NonNullable<VerifyReport['items']>): string {
  const compared = plural(totals.expected, 'item');
  return sample === null || sample.size === sample.of
    ? compared
    : `${compared} of ${count(sample.of)} by chance`;
}
