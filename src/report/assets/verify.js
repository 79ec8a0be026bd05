const VERDICT_TONES = { equal: 'good', different: 'bad', failed: 'bad', 'not verified': 'soft' };
const ANSWER_KINDS = {
  missing: 'not found by the pattern',
  extra: 'found by the pattern alone',
  different: 'different',
  order: 'in another order from here on',
};

function verifyPage({ report: { equal, patterns }, asked, items }) {
  const having = (verdict) => (patterns ?? []).filter((one) => one.verdict === verdict).length;
  const wrong = having('different') + having('failed');
  const sets = (patterns ?? []).reduce((sum, one) => sum + one.sets, 0);
  return [
    el(
      'p',
      { class: `verdict ${equal ? 'good' : 'bad'}` },
      equal
        ? '✓ What was verified is in the table what it is in the source.'
        : '✗ The table does not say what the source says.',
    ),
    patterns === null
      ? null
      : tiles([
          ['access patterns equal to their SQL', count(having('equal')), 'good'],
          ['different, or SQL that fails', count(wrong), wrong > 0 ? 'bad' : 'good'],
          ['not verified', count(having('not verified'))],
          ['parameter sets asked', count(sets)],
        ]),
    patterns === null ? null : patternsSection(patterns, asked),
    items === null ? null : section('Items against rows', ...diffPage(items)),
  ];
}

function patternsSection(patterns, asked) {
  // What needs a look first; otherwise as the mapping has them.
  const rank = ({ verdict }) => ['different', 'failed', 'equal', 'not verified'].indexOf(verdict);
  const sorted = [...patterns].sort((a, b) => rank(a) - rank(b));
  const texts = sorted.map((one) => JSON.stringify([one, asked[one.pattern]]).toLowerCase());
  const { search, node } = pagedList({
    items: (words) => sorted.filter((_, at) => words === '' || texts[at].includes(words)),
    size: 25,
    noun: 'access patterns',
    label: 'Search patterns, SQL and answers',
    render: (verdict) => patternCard(verdict, asked[verdict.pattern] ?? {}),
  });
  return section('Access patterns against SQL', search, node);
}

function patternCard(verdict, { query, pk, sk, sql }) {
  const { pattern, why, sets, differing, rows, expired, cut, compared, ignored, differences } = verdict;
  const notes = [
    sets === 0
      ? null
      : `Asked ${count(sets)} times, ${count(differing)} answers differ; ${count(rows)} rows of the SQL compared.`,
    why,
    compared.length === 0 ? null : `Compared: key, order and ${compared.join(', ')}.`,
    ignored.length === 0 ? null : `Columns that are no attribute: ${ignored.join(', ')}.`,
    expired === 0 ? null : `${count(expired)} rows have no item any more: their time to live is past.`,
    cut === 0 ? null : `Of ${count(cut)} longer answers the first 1,000 rows were compared.`,
    differing > differences.length ? `The first ${count(differences.length)} differences are here.` : null,
  ];
  return el(
    'article',
    { class: 'difference' },
    el(
      'h3',
      {},
      el('span', { class: `kind ${VERDICT_TONES[verdict.verdict]}` }, verdict.verdict),
      ` ${pattern}`,
    ),
    notes.filter((note) => note !== null).map((note) => el('p', { class: 'note' }, note)),
    pk === undefined ? null : el('p', { class: 'key' }, keyCondition(query, pk, sk)),
    sql === undefined ? null : el('p', { class: 'key' }, sql),
    differences.map(answerDifference),
  );
}

/** `table: pk = CUSTOMER#{id}, sk beginsWith ORDER#` */
function keyCondition(query, pk, sk) {
  const parts = typeof sk === 'object' && sk !== null ? Object.entries(sk) : [['=', sk]];
  const sort =
    sk === undefined ? [] : parts.map(([how, value]) => `sk ${how} ${[value].flat().join(' and ')}`);
  return `${query}: ${[`pk = ${pk}`, ...sort].join(', ')}`;
}

function answerDifference({ parameters, kind, row, attributes }) {
  const values = Object.entries(parameters).map(([name, value]) => `${name} = ${value}`);
  return el(
    'div',
    {},
    el('p', {}, el('strong', {}, ANSWER_KINDS[kind]), ' ', el('span', { class: 'key' }, row)),
    values.length === 0 ? null : el('p', { class: 'note' }, `asked with ${values.join(', ')}`),
    attributesTable(attributes, `Answers for ${row}`, ['attribute', 'the SQL says', 'the table says']),
  );
}
