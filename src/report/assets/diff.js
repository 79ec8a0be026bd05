function diffPage({ report, differences, left }) {
  const { totals, entities, foreign, otherEntities, extraAttributes, sample } = report;
  const copies = entities.flatMap(({ entity, orphans, copies }) => [
    ...copies.map((copy) => ({ entity, ...copy, orphans: null })),
    ...(orphans === 0 ? [] : [{ entity, copy: '–', orphans }]),
  ]);
  const number = (head, key) => ({ head, value: (row) => row[key] ?? null, number: true });
  const tone = (value) => (value > 0 ? 'bad' : 'good');
  const aside = [
    ['not tablefold’s, left alone', foreign],
    ['of entities that were not asked for', otherEntities],
    ['gone because their time to live is over', totals.expired],
    ['changed while the diff ran, no difference', totals.changed],
    ['cannot be made (rejects)', totals.rejects],
  ].filter(([, items]) => items > 0);
  return [
    tiles([
      ['items expected', count(totals.expected)],
      ['the same', count(totals.same)],
      ['missing', count(totals.missing), tone(totals.missing)],
      ['different', count(totals.different), tone(totals.different)],
      sample === null
        ? ['orphans', count(totals.orphans), tone(totals.orphans)]
        : ['orphans', 'not looked at'],
      ...moments(report),
    ]),
    sample === null ? null : sampleSection(sample),
    section(
      'By entity and copy',
      sortable(
        'Counts',
        [
          { head: 'entity', value: (row) => row.entity },
          { head: 'copy', value: (row) => row.copy },
          number('expected', 'expected'),
          number('same', 'same'),
          number('missing', 'missing'),
          number('different', 'different'),
          number('orphans', 'orphans'),
          number('changed meanwhile', 'changed'),
        ],
        copies,
      ),
      el(
        'ul',
        {},
        aside.map(([what, items]) => el('li', {}, `${count(items)} items ${what}`)),
      ),
      Object.keys(extraAttributes).length === 0
        ? null
        : el(
            'p',
            { class: 'note' },
            `Attributes that are not the mapping’s, by items: ${Object.entries(extraAttributes)
              .map(([name, items]) => `${name} (${count(items)})`)
              .join(', ')}.`,
          ),
    ),
    differencesSection(differences, left),
  ];
}

function sampleSection({ size, of, seed, differing: { value, low, high }, chances }) {
  return section(
    'A sample',
    el(
      'p',
      {},
      `${count(size)} of ${count(of)} items were compared, chosen by chance (seed ${seed}). Missing or different are about ${count(value)} of all, with 19 chances in 20 from ${count(low)} to ${count(high)}. Orphans and what else the table holds were not looked at.`,
    ),
    sortable(
      'What a sample would miss',
      [
        { head: 'items missing or different in all', value: (row) => row.differing, number: true },
        {
          head: 'chance that such a sample sees none',
          value: (row) => row.missed,
          show: ({ missed }) => `${(missed * 100).toPrecision(4)} %`,
          number: true,
        },
      ],
      chances,
    ),
  );
}

function differencesSection(differences, left) {
  if (differences.length === 0) return section('Differences', el('p', { class: 'note' }, 'None.'));
  let texts = null; // made when somebody searches: it takes as much memory again
  const chosen = { kind: '', entity: '', attribute: '' };
  const items = (words) => {
    if (words !== '') texts ??= differences.map((one) => JSON.stringify(one).toLowerCase());
    return differences.filter(
      ({ kind, entity, attributes }, at) =>
        (chosen.kind === '' || kind === chosen.kind) &&
        (chosen.entity === '' || entity === chosen.entity) &&
        (chosen.attribute === '' || attributes.some(({ name }) => name === chosen.attribute)) &&
        (words === '' || texts[at].includes(words)),
    );
  };
  const { search, node, again } = pagedList({
    items,
    size: 50,
    noun: 'differences',
    label: 'Search keys and values',
    render: differenceCard,
  });
  const filter = (label, key, values) => {
    const select = el(
      'select',
      {
        onchange: () => {
          chosen[key] = select.value;
          again();
        },
      },
      el('option', { value: '' }, 'all'),
      values.map(([value, found]) => el('option', { value }, `${value} (${count(found)})`)),
    );
    return el('label', {}, label, ' ', select);
  };
  const attributes = tallied(differences.flatMap((one) => one.attributes.map(({ name }) => name)));
  return section(
    'Differences',
    left > 0
      ? el('p', { class: 'note' }, `${count(left)} more are not on this page: --out keeps all of them.`)
      : null,
    el('div', { class: 'charts' }, attributesChart(attributes)),
    el(
      'div',
      { class: 'filters' },
      search,
      filter('kind', 'kind', tallied(differences.map(({ kind }) => kind))),
      filter('entity', 'entity', tallied(differences.map(({ entity }) => entity))),
      filter('attribute', 'attribute', attributes),
    ),
    node,
  );
}

function attributesChart(attributes) {
  if (attributes.length === 0) return null;
  return barChart(
    'Attributes that differ, by items',
    attributes.slice(0, 15).map(([name]) => name),
    attributes.slice(0, 15).map(([, items]) => items),
    { across: true },
  );
}

/** Values with how often each comes, the most frequent first. */
function tallied(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}

function differenceCard({ kind, entity, copy, key, source, attributes, stale }) {
  return el(
    'article',
    { class: 'difference' },
    el(
      'h3',
      {},
      el('span', { class: `kind ${kind === 'different' ? 'warn' : 'bad'}` }, kind),
      ' ',
      el('span', { class: 'key' }, keyText(key)),
      stale ? ' of an older row than other copies' : null,
    ),
    el('p', { class: 'note' }, `${copy === null ? entity : `${entity}.${copy}`}, row ${source}`),
    attributesTable(attributes, `Attributes of ${keyText(key)}`, ['attribute', 'expected', 'found']),
  );
}

function attributesTable(attributes, label, heads) {
  if (attributes.length === 0) return null;
  return el(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': label },
    el(
      'table',
      {},
      el(
        'thead',
        {},
        el(
          'tr',
          {},
          heads.map((head) => el('th', { scope: 'col' }, head)),
        ),
      ),
      el(
        'tbody',
        {},
        attributes.map(({ name, expected, found }) =>
          el(
            'tr',
            {},
            el('td', {}, name),
            ...[expected, found].map((value) =>
              el('td', { class: 'key' }, value === null ? '(none)' : readable(value)),
            ),
          ),
        ),
      ),
    ),
  );
}
