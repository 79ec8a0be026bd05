// Who may import whom (docs/architecture.md). A folder imports only from folders above it;
// adapters are named only in the open-*.ts files.
const ADAPTER = '^src/(source|sink|state)/[^/]+/';
const CONTRACT_SOURCE = '^src/source/[^/]+[.]ts$';
const CONTRACT_SINK = '^src/sink/[^/]+[.]ts$';
const CONTRACT_STATE = '^src/state/[^/]+[.]ts$';

/** A rule: files at `from` may import only `allowed` (and themselves). */
const only = (name, from, allowed, extra = {}) => ({
  name,
  severity: 'error',
  from: { path: from, ...extra },
  to: { path: '^src/', pathNot: allowed },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        path: '^src/',
        pathNot: '^src/(bin|index)[.]ts$|^src/(commands|report/assets)/|[.]d[.]ts$',
      },
      to: {},
    },
    only('support', '^src/support/', ['^src/support/']),
    only('item', '^src/item/', ['^src/(item|support)/']),
    only('source-contract', CONTRACT_SOURCE, [CONTRACT_SOURCE, '^src/(item|support)/'], {
      pathNot: '^src/source/open-(source|credentials)[.]ts$',
    }),
    only('sink-contract', CONTRACT_SINK, [CONTRACT_SINK, '^src/(item|support)/'], {
      pathNot: '^src/sink/open-sink[.]ts$',
    }),
    only('mapping', '^src/mapping/', ['^src/(mapping|item|support)/', CONTRACT_SOURCE]),
    only('state-contract', CONTRACT_STATE, [CONTRACT_STATE, CONTRACT_SOURCE, '^src/(item|support)/'], {
      pathNot: '^src/state/open-state[.]ts$',
    }),
    only('compare', '^src/compare/', ['^src/(compare|item|support)/', CONTRACT_SOURCE]),
    only('dynamodb', '^src/dynamodb/', ['^src/(dynamodb|item|support)/']),
    ...[
      ['source', CONTRACT_SOURCE],
      ['sink', CONTRACT_SINK],
      ['state', CONTRACT_STATE],
    ].map(([area, contract]) => ({
      name: `${area}-adapters`,
      comment:
        'An adapter knows its contract, item, dynamodb, support and one driver; never another adapter.',
      severity: 'error',
      from: { path: `^src/${area}/([^/]+)/` },
      to: {
        path: '^src/',
        pathNot: [`^src/${area}/$1/`, contract, CONTRACT_SOURCE, '^src/(item|dynamodb|support)/'],
      },
    })),
    only('pipeline', '^src/pipeline/', [
      '^src/(pipeline|mapping|item|support)/',
      CONTRACT_SOURCE,
      CONTRACT_SINK,
      CONTRACT_STATE,
    ]),
    only('executor', '^src/executor/', [
      '^src/(executor|pipeline|item|support)/',
      CONTRACT_SOURCE,
      CONTRACT_SINK,
      CONTRACT_STATE,
      '^src/mapping/',
    ]),
    only('collisions', '^src/collisions/', [
      '^src/(collisions|compare|executor|pipeline|mapping|item|support)/',
      CONTRACT_SOURCE,
    ]),
    only('table', '^src/(table)/', [
      '^src/(table|item|mapping|dynamodb|support)/',
      CONTRACT_SOURCE,
      CONTRACT_SINK,
    ]),
    only('report', '^src/(report)/', ['^src/(report|item|mapping|support)/', CONTRACT_SOURCE, CONTRACT_SINK]),
    only('generate', '^src/(generate)/', [
      '^src/(generate|item|mapping|support)/',
      CONTRACT_SOURCE,
      CONTRACT_SINK,
    ]),
    only('statistics', '^src/statistics/', ['^src/(statistics|item|mapping|support)/']),
    only('draft', '^src/draft/', ['^src/(draft|item|mapping|support)/', CONTRACT_SOURCE]),
    {
      name: 'operations',
      severity: 'error',
      from: { path: '^src/operations/' },
      to: { path: ['^src/(cli|commands)/', ADAPTER] },
    },
    {
      name: 'commands',
      severity: 'error',
      from: { path: '^src/commands/' },
      to: { path: '^src/', pathNot: ['^src/(cli|operations|support)/'] },
    },
    {
      name: 'library-without-cli',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(cli|commands)/|^src/bin[.]ts$' },
      to: { path: ['^src/(cli|commands)/', 'node_modules/@oclif'] },
    },
    {
      name: 'adapters-only-through-open',
      comment: 'A MySQL run never loads pg.',
      severity: 'error',
      from: { path: '^src/', pathNot: [ADAPTER, '/open-[a-z]+[.]ts$', '^src/index[.]ts$'] },
      to: { path: ADAPTER },
    },
    {
      name: 'open-is-lazy',
      severity: 'error',
      from: { path: '/open-[a-z]+[.]ts$' },
      to: { path: ADAPTER, dynamic: false },
    },
    {
      name: 'drivers',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/source/(postgres|mysql)/' },
      to: { path: 'node_modules/(pg|pg-cursor|mysql2)/' },
    },
    {
      name: 'aws',
      comment:
        'Secrets and tokens of relational sources come from source/credentials: their adapters know no AWS.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: '^src/(dynamodb|table|sink/dynamodb|source/(dynamodb|credentials)|state/dynamodb)/',
      },
      to: { path: 'node_modules/(@aws-sdk|undici)/' },
    },
    {
      name: 'no-dev-in-src',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
