function planPage(report) {
  const { totals, entities, sample } = report;
  const copies = entities.flatMap(({ entity, copies }) => copies.map((copy) => ({ entity, ...copy })));
  return [
    tiles([
      ['rows', count(totals.rows)],
      ['items', count(totals.items)],
      ['bytes of items', bytes(totals.bytes)],
      ['write units', count(totals.writeUnits)],
      ['stored', bytes(totals.storageBytes)],
      ['would be rejected', count(totals.rejects), totals.rejects > 0 ? 'bad' : 'good'],
      ...moments(report),
    ]),
    sample === null ? null : sampleSection(sample),
    costSection(report.cost),
    report.preflight === null ? null : preflightSection(report.preflight),
    section(
      'Sizes and units',
      el('div', { class: 'charts' }, sizesChart(copies), unitsChart(copies)),
      copiesTable(copies),
    ),
    section('Partition keys', ...partitionParts(report.partitions)),
    report.sampledPartitions.length === 0 ? null : partitionsSection(report.sampledPartitions),
    report.biggest.length === 0 ? null : section('Biggest items', biggestTable(report.biggest)),
    lossesSection(report, copies),
  ];
}

function sampleSection({ percent: share, seed, entities, totals }) {
  const about = ({ value, high }, show) =>
    high === value ? show(value) : `${show(value)} ± ${show(high - value)}`;
  const column = (head, key, show) => ({
    head,
    number: true,
    value: (row) => row.totals[key].value,
    show: (row) => about(row.totals[key], show),
  });
  const columns = [
    { head: 'entity', value: (row) => row.entity },
    { head: 'chunks read', value: (row) => row.chunksRead, show: (row) => row.chunks, number: true },
    column('rows', 'rows', count),
    column('items', 'items', count),
    column('bytes', 'bytes', bytes),
    column('write units', 'writeUnits', count),
    column('stored', 'storageBytes', bytes),
    column('rejects', 'rejects', count),
  ];
  const rows = entities.map((one) => ({
    ...one,
    chunks: `${count(one.chunksRead)} of ${count(one.chunks)}`,
  }));
  return section(
    'Estimates from a sample',
    el(
      'p',
      { class: 'note' },
      `${share} % of the chunks were read (seed ${seed}). Below are all rows, with intervals that hold 19 times of 20. All else on this page is of the rows that were read; time and cost are of the upper ends.`,
    ),
    sortable('Estimates of all rows', columns, [
      ...rows,
      { entity: 'all', chunks: '', chunksRead: 0, totals },
    ]),
  );
}

function costSection({ region, prices, storageMonth, ways }) {
  const priced = (amount) => (prices === null || amount === null ? '–' : money(amount, prices.currency));
  const held = ({ heldBy }) => {
    if (heldBy === null) return '–';
    return heldBy.what === 'partition' ? `hottest key of ${partName(heldBy.index)}` : partName(heldBy.index);
  };
  const note =
    prices === null
      ? region === null
        ? 'No region is known, and so no prices: name it with --region.'
        : `No prices of ${region} come along: give them with --prices FILE, or ask AWS: --prices aws.`
      : `Prices of ${region}, read ${prices.asOf} from ${prices.page}. Storing it is ${priced(storageMonth)} a month.`;
  return section(
    'Time and cost',
    el('p', { class: 'note' }, note),
    sortable(
      'Ways to load',
      [
        { head: 'loaded by', value: (way) => way.writer },
        { head: 'capacity', value: (way) => way.capacity },
        { head: 'units/s each', value: (way) => way.unitsPerSecond, number: true },
        {
          head: 'at least',
          value: (way) => way.seconds,
          show: (way) => (way.seconds === null ? 'not said' : duration(way.seconds)),
          number: true,
        },
        { head: 'held by', value: held },
        { head: 'cost', value: (way) => way.cost, show: (way) => priced(way.cost), number: true },
      ],
      ways,
    ),
  );
}

function preflightSection({ table, region, mode, quota, parts, seconds, findings }) {
  const allowed = quota === null ? '' : ` The account allows a table ${count(quota)} units a second.`;
  return section(
    'The table as it is',
    el(
      'p',
      { class: 'note' },
      `${table} in ${region}${mode === null ? '' : ` (${mode})`}: at least ${duration(seconds)} in all.${allowed}`,
    ),
    sortable(
      'What each part takes',
      [
        { head: 'part', value: ({ index }) => partName(index) },
        {
          head: 'write units',
          value: ({ writeUnits }) => writeUnits,
          show: ({ writeUnits }) => count(writeUnits),
          number: true,
        },
        { head: 'units/s', value: ({ unitsPerSecond }) => unitsPerSecond ?? 'not there', number: true },
        { head: 'by', value: ({ origin }) => origin ?? '–' },
        {
          head: 'at least',
          value: (part) => part.seconds,
          show: (part) => (part.seconds === null ? '–' : duration(part.seconds)),
          number: true,
        },
      ],
      parts,
    ),
    ...findings.map(({ message, next }) => el('p', {}, `${message}. Next: ${next}.`)),
  );
}

function sizesChart(copies) {
  const bars = new Map();
  for (const { sizes } of copies) {
    for (const { from, to, items } of sizes) {
      const bar = bars.get(from) ?? { from, to, items: 0 };
      bar.items += items;
      bars.set(from, bar);
    }
  }
  const sorted = [...bars.values()].sort((a, b) => a.from - b.from);
  return barChart(
    'Items by size',
    sorted.map(({ from, to }) => `${bytes(from)} – ${bytes(to)}`),
    sorted.map(({ items }) => items),
    { note: 'Four bars to a doubling.' },
  );
}

function unitsChart(copies) {
  const units = (copy) =>
    copy.writeUnits.table + Object.values(copy.writeUnits.indexes).reduce((a, b) => a + b, 0);
  const sorted = [...copies].sort((a, b) => units(b) - units(a)).slice(0, 20);
  return barChart(
    'Write units by copy, indexes included',
    sorted.map(({ entity, copy }) => `${entity}.${copy}`),
    sorted.map(units),
    { across: true },
  );
}

function copiesTable(copies) {
  const size = (head, key) => ({ head, value: (copy) => copy.bytes?.[key] ?? null, number: true });
  return sortable(
    'Copies',
    [
      { head: 'entity', value: (copy) => copy.entity },
      { head: 'copy', value: (copy) => copy.copy },
      { head: 'items', value: (copy) => copy.items, number: true },
      size('min', 'min'),
      size('median', 'median'),
      size('p99', 'p99'),
      size('max', 'max'),
      {
        head: 'bytes',
        value: (copy) => copy.totalBytes,
        show: (copy) => bytes(copy.totalBytes),
        number: true,
      },
      { head: 'write units', value: (copy) => copy.writeUnits.table, number: true },
      {
        head: 'of indexes',
        value: (copy) =>
          Object.entries(copy.writeUnits.indexes)
            .map(([index, units]) => `${index} ${count(units)}`)
            .join(', ') || null,
      },
      {
        head: 'rejects',
        value: (copy) => copy.rejects.reduce((sum, reject) => sum + reject.count, 0),
        number: true,
      },
    ],
    copies,
    { search: copies.length > 10 },
  );
}

function biggestTable(biggest) {
  return sortable(
    'Biggest items',
    [
      { head: 'copy', value: ({ entity, copy }) => `${entity}.${copy}` },
      { head: 'key', value: ({ key }) => keyText(key) },
      { head: 'bytes', value: (item) => item.bytes, number: true },
      { head: 'row', value: ({ source }) => source },
    ],
    biggest,
  );
}

function lossesSection({ measures, collisions, unprovedCopies }, copies) {
  const rejects = copies.flatMap(({ entity, copy, rejects }) =>
    rejects.map((reject) => ({ place: `${entity}.${copy}`, ...reject })),
  );
  const lost = (measures ?? []).filter(({ verdict }) => verdict === 'rejects' || verdict === 'severalKeys');
  const fine = rejects.length + lost.length + (collisions?.collidingKeys ?? 0) === 0;
  return section(
    'What is lost or left out',
    fine ? el('p', { class: 'note' }, 'Nothing was found.') : null,
    rejects.length === 0
      ? null
      : sortable(
          'Rejects',
          [
            { head: 'copy', value: (reject) => reject.place },
            { head: 'code', value: (reject) => reject.code },
            { head: 'items', value: (reject) => reject.count, number: true },
            { head: 'first of them', value: (reject) => reject.example },
          ],
          rejects,
        ),
    lost.length === 0
      ? null
      : sortable(
          'Values at risk',
          [
            { head: 'entity', value: (risk) => risk.entity },
            { head: 'goes to', value: (risk) => risk.target },
            { head: 'column', value: (risk) => `${risk.table}.${risk.column} ${risk.type}` },
            { head: 'can hold', value: (risk) => risk.canHold.join(', ') },
          ],
          lost,
        ),
    collisions === null
      ? el(
          'p',
          { class: 'note' },
          unprovedCopies.length === 0
            ? 'Every key is proved to be unique.'
            : `Keys that were not compared: ${unprovedCopies.join(', ')}.`,
        )
      : el(
          'p',
          { class: collisions.collidingKeys > 0 ? 'bad' : 'note' },
          `${count(collisions.keys)} keys of ${collisions.copies.join(', ')} were compared: ${count(collisions.collidingKeys)} collide.`,
        ),
  );
}
