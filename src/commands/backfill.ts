import { backfillFlags, guardOf } from '../cli/backfill-flags.js';
import { dropConfirmed, indexWatch, unindexedOf } from '../cli/backfill-indexes.js';
import { BaseCommand } from '../cli/base-command.js';
import { confirmWrite } from '../cli/confirm.js';
import { EXIT, exitCodeOf } from '../cli/exit-codes.js';
import {
  costFlags,
  readFlags,
  runFlags,
  selectionFlags,
  snapshotFlags,
  stateFlag,
  tableFlags,
} from '../cli/flags.js';
import { openBackfillRows } from '../cli/open-rows.js';
import {
  capacityWatch,
  costOptionsOf,
  openDynamoDbOf,
  openMapping,
  openSinkOf,
  openStateOf,
  targetOf,
  warnOfBulk,
} from '../cli/open-run.js';
import { expectedRows, showProgress } from '../cli/progress.js';
import {
  renderBackfill,
  renderBackfillPlan,
  renderChanges,
  renderIndexDrop,
} from '../cli/render-backfill.js';
import { runOptionsOf } from '../cli/run-options.js';
import { backfill } from '../operations/backfill/backfill.js';
import { planBackfill } from '../operations/backfill/backfill-plan.js';
import type { BackfillPlan, BackfillReport } from '../operations/backfill/backfill-report.js';
import { indexLife, makeIndexes } from '../operations/backfill/index-life.js';
import { requireBackfillCost } from '../operations/backfill/require-backfill-cost.js';
import { withCapacity } from '../operations/capacity.js';
import { costExcess } from '../operations/plan-cost.js';

const { existing: _, ...writeFlags } = runFlags;

export default class Backfill extends BaseCommand {
  static override summary = 'Write what a new mapping has and the old one had not.';
  static override description =
    'Items of new copies are put; items that are there are changed in place, only the attributes that differ, and only where they still are what the old mapping makes: what the application wrote is kept, and counted as held back. New indexes are made; nothing is deleted. With the checkpoint, rate, threads and rejects of migrate.';
  static override examples = [
    {
      description: 'First look: what would be written, what it costs, what is obsolete afterwards',
      command: '<%= config.bin %> backfill --from shop-v1.yaml --to shop-v2.yaml --dry-run',
    },
    '<%= config.bin %> backfill --from shop-v1.yaml --to shop-v2.yaml --max-write-units 500 --max-cost 20',
    {
      description: 'Only where nobody has changed the item since',
      command: '<%= config.bin %> backfill --from shop-v1.yaml --to shop-v2.yaml --if-version updatedAt',
    },
    {
      description: 'When the database is gone: the rows from the table itself',
      command: '<%= config.bin %> backfill --from shop-v1.yaml --to shop-v2.yaml --from-table',
    },
    {
      description: 'Once nothing asks the old indexes any more',
      command:
        '<%= config.bin %> backfill --from shop-v1.yaml --to shop-v2.yaml --drop-indexes --confirm shop',
    },
  ];
  static override flags = {
    ...backfillFlags,
    ...readFlags,
    ...snapshotFlags,
    ...tableFlags,
    ...selectionFlags,
    ...stateFlag,
    ...writeFlags,
    ...costFlags,
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Backfill);
    await this.perform(flags, async (session) => {
      const mapping = await openMapping({ ...flags, mapping: flags.to });
      const from = await openMapping({ ...flags, mapping: flags.from });
      if (flags['drop-indexes']) {
        const report = await dropConfirmed(from, mapping, flags, session);
        return { report, text: renderIndexDrop(report), exit: EXIT.done };
      }
      const removeAttributes = flags['remove-attributes'];
      const rules = { from, guard: guardOf(flags), removeAttributes };
      await using rows = await openBackfillRows(from, { mapping, removeAttributes }, flags, session);
      const progress = showProgress(session, flags['dry-run'] ? 'read' : 'write');
      const options = {
        ...runOptionsOf(flags, { mapping, rows, meter: progress.meter }, session),
        ...rules,
      };
      const most = flags['max-cost'];
      try {
        const { wanted } = indexLife(from, mapping);
        const unindexed = unindexedOf(mapping, wanted, flags, session);
        const cost = () => costOptionsOf(flags, session.signal);
        if (flags['dry-run']) {
          const plan = await planBackfill({
            ...options,
            unindexed,
            cost: await cost(),
            onPrepared: (rows) => progress.start(rows),
          });
          const excess = most === undefined ? null : costExcess(plan.cost, flags.capacity, most);
          const exit = excess === null ? exitOf(plan) : exitCodeOf(excess);
          return { report: plan, text: renderBackfillPlan(plan, flags, excess), exit };
        }
        const when = flags['create-indexes'];
        await using sink = await openSinkOf(mapping, flags, session, when === 'first' ? [] : wanted);
        await using state = await openStateOf(flags);
        await using dynamo = await openDynamoDbOf(flags, session);
        const watch = capacityWatch(mapping, session);
        const make = () => {
          progress.stop();
          return makeIndexes({ from, mapping, dynamo, ...indexWatch(session) });
        };
        const report = await withCapacity({ mapping, dynamo, state, ...watch }, flags.capacity, (raise) =>
          backfill({
            ...options,
            sink,
            state,
            unindexed,
            newCopies: flags['new-copies'],
            indexes: when === 'never' ? undefined : { when, make },
            onPrepared: async ({ changes }, prepared) => {
              if (session.chatty) process.stderr.write(renderChanges(changes));
              if (most !== undefined) {
                const { meter: _meter, ...reading } = options;
                await requireBackfillCost(reading, await cost(), flags.capacity, most);
              }
              await warnOfBulk(mapping, dynamo, session);
              if (!sink.local) {
                await confirmWrite(await targetOf(mapping, flags, session), flags, session.signal);
              }
              await raise();
              progress.start(expectedRows(prepared, flags));
            },
          }),
        );
        return { report, text: renderBackfill(report, flags), exit: exitOf(report) };
      } finally {
        progress.stop();
      }
    });
  }
}

function exitOf({ totals, unindexed }: Pick<BackfillPlan | BackfillReport, 'totals' | 'unindexed'>) {
  const isLeftOut = unindexed?.some(({ items }) => items > 0) === true;
  return totals.rejects > 0 || isLeftOut ? EXIT.findings : EXIT.done;
}
