import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Disk } from '../../../../src/state/file/disk.js';
import { fileState } from '../../../../src/state/file/file-state.js';
import { collect } from '../../../contract/state.contract.js';
import { type Command, expectGoesOn, expectTruth, type Note, perform } from './crash-model.js';
import {
  type Crash,
  imageAfter,
  type Recording,
  recordDisk,
  unsyncedDisk,
  writeImage,
} from './recording-disk.js';

const RUN = 'shop';
/** So small that a journal is written anew every few commits. */
const JOURNAL_GROWTH = 400;

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('plan' as const), entity: fc.nat(1) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('reject' as const), pick: fc.nat(7) }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('done' as const), pick: fc.nat(7) }) },
  { weight: 10, arbitrary: fc.record({ kind: fc.constantFrom('turn' as const, 'settle' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('reopen' as const, 'restart' as const, 'finish' as const),
    }),
  },
);

const crash: fc.Arbitrary<Crash> = fc.oneof(
  fc.record({ kind: fc.constant('kill' as const), bytes: fc.nat(600) }),
  fc.record({
    kind: fc.constant('power' as const),
    keep: fc.double({ min: 0, max: 1, noNaN: true }),
    zeros: fc.boolean(),
  }),
);

function notesBefore(steps: Recording<Note>['steps'], at: number): Note[] {
  return steps.slice(0, at).flatMap((step) => (step.kind === 'note' ? [step.note] : []));
}

/** Journals put in place, but those that a begin or a resume starts. */
function compactionsIn(steps: Recording<Note>['steps']): number {
  const journals = steps.filter((step) => step.kind === 'rename' && step.to === 'run.journal').length;
  const starts = steps.filter(
    (step) =>
      step.kind === 'note' &&
      (step.note.kind === 'resume' || (step.note.kind === 'begin' && step.note.acknowledged)),
  ).length;
  return journals - starts;
}

describe('a crash of a run in a folder', () => {
  let root: string;
  let images = 0;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'tablefold-crash-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  async function record(commands: readonly Command[]): Promise<Recording<Note>> {
    const recording = recordDisk<Note>();
    const folder = join(root, `live-${images++}`);
    const store = fileState(folder, { disk: recording.disk, journalGrowth: JOURNAL_GROWTH });
    await perform(commands, store, RUN, recording.note);
    return recording;
  }

  /** Opens what the crash left. */
  async function expectSurvives(
    { steps }: Recording<Note>,
    at: number,
    how: Crash,
    goOn: boolean,
  ): Promise<void> {
    const folder = join(root, `image-${images++}`);
    await writeImage(imageAfter(steps, at, how), join(folder, RUN));
    const store = fileState(folder, { disk: unsyncedDisk, journalGrowth: JOURNAL_GROWTH });
    await expectTruth(store, RUN, notesBefore(steps, at));
    if (goOn) await expectGoesOn(store, RUN);
    await rm(folder, { recursive: true });
  }

  it('at any step, by kill or by power loss, leaves a true record that can be gone on with', async () => {
    let compactions = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(command, { minLength: 10, maxLength: 80, size: 'max' }),
        fc.array(fc.tuple(fc.nat(), crash), { minLength: 8, maxLength: 8 }),
        async (commands, crashes) => {
          const recording = await record(commands);
          const last = recording.steps.length;
          compactions += compactionsIn(recording.steps);
          await expectSurvives(recording, last, { kind: 'power', keep: 0, zeros: false }, true);
          for (const [at, how] of crashes) await expectSurvives(recording, at % (last + 1), how, true);
        },
      ),
      { numRuns: 20 },
    );
    expect(compactions).toBeGreaterThan(5);
  });

  it('at any byte of every file it writes leaves a true record', async () => {
    const commands: Command[] = [
      { kind: 'plan', entity: 1 },
      { kind: 'plan', entity: 1 },
      { kind: 'reject', pick: 0 },
      { kind: 'reject', pick: 1 },
      { kind: 'done', pick: 0 },
      { kind: 'settle' },
      { kind: 'reopen' },
      { kind: 'reject', pick: 0 },
      { kind: 'done', pick: 0 },
      { kind: 'settle' },
      { kind: 'restart' },
    ];
    const recording = await record(commands);
    for (const [at, step] of recording.steps.entries()) {
      if (step.kind === 'note') continue;
      await expectSurvives(recording, at, { kind: 'power', keep: 0, zeros: false }, false);
      if (step.kind !== 'append') continue;
      const { length } = step.text;
      // Every byte of the two ends, where lines and checksums are; of what is between, every 31st.
      for (let bytes = 0; bytes <= length; bytes += bytes < 40 || bytes > length - 10 ? 1 : 31) {
        await expectSurvives(recording, at, { kind: 'kill', bytes }, false);
      }
      await expectSurvives(recording, at + 1, { kind: 'power', keep: 0.5, zeros: true }, false);
    }
  });

  describe('after an error of the disk', () => {
    /** The disk is full at the step with this number, half of it written, and has room again afterwards. */
    function fullOnceAt(at: number): { disk: Disk; failed: () => boolean; after: () => number } {
      let count = 0;
      const step = async (work: () => Promise<unknown>, half: () => Promise<unknown> = async () => {}) => {
        count += 1;
        if (count !== at) return work();
        await half();
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), {
          code: 'ENOSPC',
          syscall: 'write',
        });
      };
      const disk: Disk = {
        create: async (path) => {
          await step(async () => {});
          const file = await unsyncedDisk.create(path);
          return {
            append: async (text) => {
              await step(
                () => file.append(text),
                () => file.append(text.slice(0, text.length / 2)),
              );
            },
            sync: async () => void (await step(() => file.sync())),
            close: () => file.close(),
          };
        },
        rename: async (from, to) => void (await step(() => unsyncedDisk.rename(from, to))),
        remove: (path) => unsyncedDisk.remove(path),
        syncFolder: async (path) => void (await step(() => unsyncedDisk.syncFolder(path))),
      };
      return { disk, failed: () => count >= at, after: () => Math.max(0, count - at) };
    }

    it('nothing is acknowledged or written any more, and what was acknowledged is there', async () => {
      const one: Command[] = [
        { kind: 'plan', entity: 1 },
        { kind: 'plan', entity: 0 },
        { kind: 'reject', pick: 0 },
        { kind: 'done', pick: 0 },
        { kind: 'turn' },
        { kind: 'done', pick: 0 },
        { kind: 'settle' },
      ];
      const commands = Array.from({ length: 6 }, () => one).flat();
      let failures = 0;
      for (let at = 3; ; at += 1) {
        const folder = join(root, `full-${at}`);
        const { disk, failed, after } = fullOnceAt(at);
        const notes: Note[] = [];
        let error: unknown;
        const tooLate = new Set<string>();
        try {
          await perform(commands, fileState(folder, { disk, journalGrowth: JOURNAL_GROWTH }), RUN, (note) => {
            if (failed() && note.kind === 'done' && !note.acknowledged) tooLate.add(note.chunk);
            if (note.kind === 'done' && note.acknowledged) expect(tooLate).not.toContain(note.chunk);
            notes.push(note);
          });
        } catch (thrown) {
          error = thrown;
        }
        if (!failed()) break;
        failures += 1;
        expect(error).toMatchObject({ code: 'STATE_IO', hint: expect.stringContaining('--resume') });
        expect(after()).toBe(0);
        await expectTruth(fileState(folder), RUN, notes);
        await expectGoesOn(fileState(folder, { disk: unsyncedDisk }), RUN);
      }
      expect(failures).toBeGreaterThan(20);
    });
  });

  it('never touches what is there while it only reads', async () => {
    const recording = await record([
      { kind: 'plan', entity: 1 },
      { kind: 'reject', pick: 0 },
      { kind: 'settle' },
    ]);
    const at = recording.steps.length;
    const image = imageAfter(recording.steps, at, { kind: 'kill', bytes: 0 });
    await writeImage(image, join(root, 'cut', RUN));
    const store = fileState(join(root, 'cut'));
    await store.read(RUN);
    await store.list();
    await collect(store.rejects(RUN));
    for (const [name, bytes] of image) expect(await readFile(join(root, 'cut', RUN, name))).toEqual(bytes);
  });
});
