import { Flags, type Interfaces } from '@oclif/core';
import { BaseCommand, type Outcome, type Session } from '../cli/base-command.js';
import { deletionFlags, deletionOf, isConfirmed } from '../cli/deletion-flags.js';
import { EXIT } from '../cli/exit-codes.js';
import { mappingFlag, runFlags, sourceFlag, stateFlag, tableFlags } from '../cli/flags.js';
import { openTableOf } from '../cli/open-rows.js';
import { maxWriteUnitsOf, openMapping, openSinkOf, openSourceOf, tableOf } from '../cli/open-run.js';
import { renderPrune, renderPruneCopies, renderUndo } from '../cli/render-prune.js';
import { prune } from '../operations/prune/prune.js';
import { pruneCopies } from '../operations/prune/prune-copies.js';
import { hasStayed } from '../operations/prune/prune-report.js';
import { undoPrune } from '../operations/prune/undo-prune.js';

/** Requests under way at once. */
const CONCURRENCY = 16;

export default class Prune extends BaseCommand {
  static override summary = 'Delete the orphans that a diff found.';
  static override description =
    'Takes the file of a diff of all entities that is not older than 24 hours; or, where the database is gone, the mapping that made the table before a backfill (--from). Each orphan is looked at again, its row and then the item: what is not any more what the diff saw stays. Nothing is deleted unless --confirm repeats the name of the table; each item is in the undo file before it is deleted, and --undo puts it back where its key is free. Exit 6 when an item stayed.';
  static override examples = [
    {
      description: 'What of the orphans that `diff --out differences.ndjson` found would be deleted',
      command: '<%= config.bin %> prune -m mappings/shop.yaml --differences differences.ndjson',
    },
    {
      description: 'Delete them',
      command:
        '<%= config.bin %> prune -m mappings/shop.yaml --differences differences.ndjson --confirm shop --out deleted.ndjson',
    },
    {
      description:
        'Without the database: the items of copies that the old mapping made and the new one does not',
      command: '<%= config.bin %> prune -m shop-v2.yaml --from shop-v1.yaml',
    },
    {
      description: 'Put them back',
      command: '<%= config.bin %> prune -m mappings/shop.yaml --undo deleted.ndjson --confirm shop',
    },
  ];
  static override flags = {
    ...mappingFlag,
    ...sourceFlag,
    ...tableFlags,
    differences: Flags.string({
      helpValue: 'FILE',
      exactlyOne: ['differences', 'from', 'undo'],
      description: 'What `diff --out FILE` has written.',
    }),
    from: Flags.string({
      helpValue: 'FILE',
      description:
        'Without a database: the mapping that made the table before a backfill. What it makes of the rows that the table itself tells, and --mapping does not, is deleted where all that --mapping makes of the row is there.',
    }),
    'max-read-units': Flags.integer({
      min: 1,
      helpValue: 'UNITS/S',
      dependsOn: ['from'],
      description: 'Read units a second of the Scan to stay below. Default: what the table gives.',
    }),
    ...stateFlag,
    undo: Flags.string({ helpValue: 'FILE', description: 'Put back what is in this undo file.' }),
    ...deletionFlags({ exclusive: ['undo'] }, "beside the diff's file, by its name and the time", {}),
    'max-write-units': runFlags['max-write-units'],
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Prune);
    await this.perform(flags, (session) => {
      if (flags.undo !== undefined) return this.#undo(flags, flags.undo, session);
      return flags.from === undefined
        ? this.#prune(flags, session)
        : this.#pruneCopies(flags, flags.from, session);
    });
  }

  async #prune(flags: PruneFlags, session: Session): Promise<Outcome> {
    const mapping = await openMapping(flags);
    const { differences = '' } = flags;
    const deletion = deletionOf(flags, mapping, differences, session);
    await using source = await openSourceOf(flags, session);
    await using sink = await openSinkOf(mapping, { ...flags, concurrency: CONCURRENCY }, session);
    const report = await prune({
      ...{ ...deletion, mapping, source, sink, differences },
      maxWriteUnits: await maxWriteUnitsOf(mapping, flags, session),
      log: session.log,
      signal: session.signal,
    });
    const exit = hasStayed(report) ? EXIT.findings : EXIT.done;
    return { report, text: renderPrune(report, tableOf(mapping).name), exit };
  }

  async #pruneCopies(flags: PruneFlags, file: string, session: Session): Promise<Outcome> {
    const mapping = await openMapping(flags);
    const from = await openMapping({ ...flags, mapping: file });
    const { name } = tableOf(mapping);
    const deletion = deletionOf(flags, mapping, `${name}.copies`, session);
    const opening = { ...flags, concurrency: CONCURRENCY };
    // The items may be as either mapping wants them.
    await using rows = await openTableOf(from, opening, session, { mapping, removeAttributes: true });
    await using sink = await openSinkOf(mapping, opening, session);
    const report = await pruneCopies({
      ...{ ...deletion, from, mapping, source: rows.source, sink },
      maxWriteUnits: await maxWriteUnitsOf(mapping, flags, session),
      log: session.log,
      signal: session.signal,
    });
    const stayed = hasStayed(report) || (report.mode === 'pruned' && report.incomplete > 0);
    return { report, text: renderPruneCopies(report, name), exit: stayed ? EXIT.findings : EXIT.done };
  }

  async #undo(flags: PruneFlags, undo: string, session: Session): Promise<Outcome> {
    const mapping = await openMapping(flags);
    const table = tableOf(mapping);
    await using sink = await openSinkOf(mapping, { ...flags, concurrency: CONCURRENCY }, session);
    const report = await undoPrune({
      ...{ table, sink, undo, signal: session.signal },
      dry: !isConfirmed(flags.confirm, table.name),
      maxWriteUnits: await maxWriteUnitsOf(mapping, flags, session),
    });
    const stayed = report.mode === 'undone' && report.restored < report.items;
    return { report, text: renderUndo(report, table.name), exit: stayed ? EXIT.findings : EXIT.done };
  }
}

type PruneFlags = Interfaces.InferredFlags<typeof Prune.flags>;
