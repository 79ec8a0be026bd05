import { BaseCommand } from '../cli/base-command.js';
import { changedFlags, changedOf } from '../cli/changed-rows.js';
import { confirmWrite } from '../cli/confirm.js';
import { EXIT } from '../cli/exit-codes.js';
import {
  costFlags,
  mappingFlag,
  readFlags,
  runFlags,
  selectionFlags,
  snapshotFlags,
  stateFlag,
  tableFlags,
} from '../cli/flags.js';
import { requireCostOf } from '../cli/max-cost.js';
import { oldKeysFlags, oldKeysOf } from '../cli/old-keys.js';
import { openRowsOf, tableSourceFlags } from '../cli/open-rows.js';
import {
  capacityWatch,
  openDynamoDbOf,
  openMapping,
  openSinkOf,
  openStateOf,
  targetOf,
  warnOfBulk,
} from '../cli/open-run.js';
import { expectedRows, showProgress } from '../cli/progress.js';
import { renderMigrate } from '../cli/render-migrate.js';
import { runOptionsOf } from '../cli/run-options.js';
import { withCapacity } from '../operations/capacity.js';
import { migrate } from '../operations/migrate.js';
import { hasStayed } from '../operations/prune/prune-report.js';

export default class Migrate extends BaseCommand {
  static override summary = 'Write every row of the source as its items.';
  static override description =
    'Keeps a checkpoint: after a crash or Ctrl-C, --resume goes on where it was. Items that cannot be written are in the reject log, and the exit code is then 6.';
  static override examples = [
    '<%= config.bin %> migrate --mapping mappings/shop.yaml --source postgres://reader@localhost/shop --region eu-west-1',
    {
      description: 'A canary first',
      command: '<%= config.bin %> migrate -m mappings/shop.yaml -e Order --where-key id=42',
    },
    {
      description: 'All cores, at half of what the table takes',
      command: '<%= config.bin %> migrate -m mappings/shop.yaml --threads auto --max-write-units 50%',
    },
    {
      description: 'Fast at once: provisioned while it runs, as it was before afterwards',
      command: '<%= config.bin %> migrate -m mappings/shop.yaml --capacity provisioned:20000',
    },
    {
      description: 'What changed since, and whatever holds something of it',
      command:
        '<%= config.bin %> migrate -m mappings/shop.yaml --changed-since updated_at=2026-01-31T09:30:00Z',
    },
    {
      description: 'The same, without what these rows left under former keys',
      command:
        '<%= config.bin %> migrate -m mappings/shop.yaml --changed-since updated_at=2026-01-31T09:30:00Z --old-keys index --confirm shop',
    },
    {
      description: 'From the table that another mapping wrote, without the database',
      command: '<%= config.bin %> migrate -m shop-v2.yaml --source dynamodb://shop --from shop-v1.yaml',
    },
    {
      description: 'Go on after an interruption',
      command: '<%= config.bin %> migrate -m mappings/shop.yaml --resume',
    },
  ];
  static override flags = {
    ...mappingFlag,
    ...readFlags,
    ...tableSourceFlags,
    ...snapshotFlags,
    ...tableFlags,
    ...selectionFlags,
    ...changedFlags,
    ...oldKeysFlags,
    ...stateFlag,
    ...runFlags,
    ...costFlags,
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Migrate);
    await this.perform(flags, async (session) => {
      const changed = await changedOf(flags);
      const mapping = await openMapping(flags);
      const asked = oldKeysOf(flags, mapping, session);
      await using rows = await openRowsOf(flags, session);
      const { source } = rows;
      await using sink = await openSinkOf(mapping, flags, session);
      await using state = await openStateOf(flags);
      await using dynamo = await openDynamoDbOf(flags, session);
      const capacity = { mapping, dynamo, state, ...capacityWatch(mapping, session) };
      const progress = showProgress(session, 'write');
      try {
        const report = await withCapacity(capacity, flags.capacity, (raise) =>
          migrate({
            ...runOptionsOf(flags, { mapping, rows, meter: progress.meter }, session),
            sink,
            state,
            changed,
            oldKeys: asked,
            existing: flags.existing,
            onPrepared: async (prepared) => {
              await requireCostOf(flags, { mapping, source, signal: session.signal });
              await warnOfBulk(mapping, dynamo, session);
              if (!sink.local)
                await confirmWrite(await targetOf(mapping, flags, session), flags, session.signal);
              await raise();
              progress.start(expectedRows(prepared, flags));
            },
          }),
        );
        const { oldKeys = null } = report.catchUp ?? {};
        const stayed = oldKeys !== null && hasStayed(oldKeys);
        return {
          report,
          text: renderMigrate(report),
          exit: report.totals.rejects > 0 || stayed ? EXIT.findings : EXIT.done,
        };
      } finally {
        progress.stop();
      }
    });
  }
}
