/** The partitions of the table: how full they are, how hot, and some of them as the table will show them. */

function partitionParts(partitions) {
  const spread = (head, key, field, show = count) => ({
    head,
    number: true,
    value: ({ each }) => each?.[key][field] ?? null,
    show: ({ each }) => (each === null ? null : show(each[key][field])),
  });
  const summary = sortable(
    'Partition keys of table and indexes',
    [
      { head: 'of', value: ({ index }) => partName(index) },
      { head: 'items', value: ({ items }) => items, number: true },
      {
        head: 'partition keys',
        value: ({ partitions: keys }) => keys,
        show: ({ partitions: keys, exact }) => (exact ? count(keys) : `about ${count(keys)}`),
        number: true,
      },
      spread('items, median', 'items', 'median'),
      spread('p99', 'items', 'p99'),
      spread('max', 'items', 'max'),
      spread('most bytes', 'bytes', 'max', bytes),
      {
        head: 'hottest share',
        value: ({ hottest }) => hottest[0]?.share ?? null,
        show: ({ hottest }) => (hottest.length === 0 ? null : percent(hottest[0].share)),
        number: true,
      },
    ],
    partitions,
  );
  const heat = partitions
    .filter(({ hottest }) => hottest.length > 0)
    .map(({ index, hottest }) =>
      barChart(
        `Hottest keys of ${partName(index)}, by write units`,
        hottest.slice(0, 12).map(({ partition }) => partition),
        hottest.slice(0, 12).map(({ writeUnits }) => writeUnits),
        { across: true },
      ),
    );
  const keys = partitions.flatMap(({ index, hottest }) => hottest.map((key) => ({ index, ...key })));
  return [
    summary,
    el('div', { class: 'charts' }, heat),
    sortable(
      'Hottest partition keys',
      [
        { head: 'of', value: ({ index }) => partName(index) },
        { head: 'partition key', value: ({ partition }) => partition },
        { head: 'items', value: ({ items }) => items, number: true },
        { head: 'bytes', value: (key) => key.bytes, show: (key) => bytes(key.bytes), number: true },
        {
          head: 'write units',
          value: ({ writeUnits }) => writeUnits,
          show: ({ writeUnits, missedUnits }) =>
            missedUnits === 0
              ? count(writeUnits)
              : `${count(writeUnits)} to ${count(writeUnits + missedUnits)}`,
          number: true,
        },
        { head: 'share', value: ({ share }) => share, show: ({ share }) => percent(share), number: true },
        {
          head: 'takes at least',
          value: ({ writeUnits }) => writeUnits,
          show: ({ writeUnits }) => duration(writeUnits / 1000),
          number: true,
        },
      ],
      keys,
      { search: true, size: 10 },
    ),
  ];
}

function partitionsSection(partitions) {
  const texts = partitions.map((one) => JSON.stringify(one).toLowerCase());
  const { search, node } = pagedList({
    items: (words) => partitions.filter((_, at) => words === '' || texts[at].includes(words)),
    size: 5,
    noun: 'partitions',
    label: 'Search keys and values',
    render: partitionCard,
  });
  return section(
    'The table, partition by partition',
    el(
      'p',
      { class: 'note' },
      `${count(partitions.length)} partitions, chosen by chance; the first items of each.`,
    ),
    search,
    node,
  );
}

function partitionCard({ partition, items, more }) {
  return el(
    'article',
    { class: 'partition' },
    el('h3', { class: 'key' }, partition),
    items.map(itemLine),
    more > 0 ? el('p', { class: 'note' }, `and ${count(more)} more`) : null,
  );
}

/** One line with the beginning of the attributes; all of them when it is opened. */
function itemLine({ sort, entity, copy, bytes: size, attributes }) {
  const pairs = Object.entries(attributes).map(([name, value]) => [name, readable(value)]);
  const preview = pairs
    .filter(([name]) => !name.startsWith('_'))
    .map(([name, value]) => `${name} ${value}`)
    .join('   ')
    .slice(0, 300);
  return el(
    'details',
    { class: 'item' },
    el(
      'summary',
      {},
      el('span', { class: 'key' }, sort),
      el('span', { class: 'what' }, `${entity}.${copy}, ${count(size)} B`),
      el('span', { class: 'preview' }, preview),
    ),
    el(
      'dl',
      { class: 'attributes' },
      pairs.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))),
    ),
  );
}
