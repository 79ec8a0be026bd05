import { Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.js';
import { confirmWrite } from '../cli/confirm.js';
import { EXIT } from '../cli/exit-codes.js';
import { mappingFlag, readFlags, runFlags, selectionFlags, snapshotFlags, tableFlags } from '../cli/flags.js';
import { diffMarkdown } from '../cli/markdown.js';
import { keepFlags, openDiffRunOf } from '../cli/open-diff-run.js';
import { openMapping, openSinkOf, openSourceOf, targetOf } from '../cli/open-run.js';
import { expectedRows, showProgress } from '../cli/progress.js';
import { renderDiff } from '../cli/render-diff.js';
import { pageOfDifferences, writeHtml, writeMarkdown } from '../cli/report-files.js';
import { comparisonFlags, reportFlags } from '../cli/report-flags.js';
import { resumeCommand } from '../cli/resume-command.js';
import { recordHistory } from '../cli/run-history.js';
import { diff } from '../operations/diff.js';
import { differencesHeader, openDifferences } from '../operations/differences-file.js';

export default class Diff extends BaseCommand {
  static override summary = 'What differs between the source and the table, item by item.';
  static override description =
    'Maps every row and compares its items with what the table holds: missing, different by attribute, and orphans, whose row is no more. Reads the whole table once (a Scan with consistent reads) and writes nothing, unless --repair says so. What differs is read again before it is reported. Exit 6 when something does and is not repaired.';
  static override examples = [
    '<%= config.bin %> diff --mapping mappings/shop.yaml --source postgres://reader@localhost/shop',
    {
      description: 'Every difference in a file, reading no faster than 500 read units a second',
      command: '<%= config.bin %> diff -m mappings/shop.yaml --out differences.ndjson --max-read-units 500',
    },
    {
      description: 'The differences to browse, by kind, entity and attribute',
      command: '<%= config.bin %> diff -m mappings/shop.yaml --html diff.html',
    },
    {
      description: 'Ten thousand items by chance, for the price of reading them alone',
      command: '<%= config.bin %> diff -m mappings/shop.yaml --sample 10000',
    },
    {
      description: 'A long one, kept in a folder, and how it goes on after a kill',
      command:
        '<%= config.bin %> diff -m mappings/shop.yaml --state .tablefold --out differences.ndjson --resume',
    },
    {
      description: 'Mend what is missing or different, and nothing that the application wrote',
      command: '<%= config.bin %> diff -m mappings/shop.yaml --repair --max-write-units 100',
    },
  ];
  static override flags = {
    ...mappingFlag,
    ...readFlags,
    'source-patience': snapshotFlags['source-patience'],
    ...tableFlags,
    entity: selectionFlags.entity,
    out: Flags.string({
      helpValue: 'FILE',
      description:
        'Write every difference there, one JSON object a line, for prune. A file that is there is refused.',
    }),
    ...reportFlags,
    samples: comparisonFlags.samples,
    sample: comparisonFlags.sample,
    seed: Flags.integer({
      min: 0,
      dependsOn: ['sample'],
      description: 'Which items --sample compares: the same number, the same items. Default: 1.',
    }),
    repair: Flags.boolean({
      description:
        'Put what is missing and change what is different: attributes of the mapping alone, each on condition that the item still is what was seen. Orphans stay.',
    }),
    'max-write-units': Flags.integer({
      min: 1,
      helpValue: 'UNITS/S',
      dependsOn: ['repair'],
      description: 'Write units a second of the repairs to stay below. Default: what the table takes.',
    }),
    yes: runFlags.yes,
    'max-read-units': comparisonFlags['max-read-units'],
    ...keepFlags,
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Diff);
    await this.perform(flags, async (session) => {
      const mapping = await openMapping(flags);
      await using source = await openSourceOf(flags, session);
      await using sink = await openSinkOf(mapping, { ...flags, concurrency: 16 }, session);
      const sample = flags.sample === undefined ? undefined : { size: flags.sample, seed: flags.seed ?? 1 };
      const compared = { mapping, source, sink, entities: flags.entity, sample };
      const goOn = resumeCommand(`${this.config.bin} ${this.id}`, this.argv);
      await using run = await openDiffRunOf(compared, flags, session, goOn);
      const header = differencesHeader(this.config.version, { ...compared, run });
      await using file = flags.out === undefined ? null : await openDifferences(flags.out, header);
      if (flags.repair && !sink.local) {
        await confirmWrite(await targetOf(mapping, flags, session), flags, session.signal);
      }
      const page = flags.html === undefined ? null : pageOfDifferences();
      const progress = showProgress(session, 'read');
      using history = recordHistory(progress.meter);
      try {
        const report = await diff({
          ...compared,
          run,
          sourceConcurrency: flags['source-concurrency'],
          sourcePatienceMs: flags['source-patience'],
          maxReadUnits: flags['max-read-units'],
          samples: flags.samples,
          repair: flags.repair ? { maxWriteUnits: flags['max-write-units'] } : undefined,
          onDifference: async (difference) => {
            page?.add(difference);
            await file?.add(difference);
          },
          ...(file === null ? {} : { onCollision: file.addCollision }),
          meter: progress.meter,
          onPrepared: (prepared) => progress.start(expectedRows(prepared, {})),
          log: session.log,
          signal: session.signal,
        });
        await file?.end(report);
        if (page !== null) {
          const { version } = this.config;
          await writeHtml(flags.html, {
            kind: 'diff',
            version,
            data: page.data(report),
            history: history.points(),
          });
        }
        await run?.finish();
        const { missing, different, orphans, rejects } = report.totals;
        const { created = 0, updated = 0 } = report.repair ?? {};
        const left = missing + different - created - updated;
        const exit = left + orphans + rejects > 0 ? EXIT.findings : EXIT.done;
        const shown = renderDiff(report, flags);
        return { report, text: await writeMarkdown(flags.markdown, () => diffMarkdown(report), shown), exit };
      } catch (error) {
        file?.fail(error);
        throw error;
      } finally {
        progress.stop();
      }
    });
  }
}
