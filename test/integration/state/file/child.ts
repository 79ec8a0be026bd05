import { createInterface } from 'node:readline';
import { fileState } from '../../../../src/state/file/file-state.js';
import { MigrationError } from '../../../../src/support/error.js';
import { makeChunk, makeHeader, RUN, rejectsOf, settledCounts } from './run-of-child.js';

/*
 * A process of its own, to be killed. Takes commands on stdin, answers on stdout, a line each:
 *   mark FOLDER   marks chunks done, eight at a time, until it is killed: `ask ID`, then `done ID`
 *   open FOLDER   opens the run: `open` or the error's code
 *   close         lets it go: `closed`
 */

const say = (line: string) => void process.stdout.write(`${line}\n`);
const RESUMED = { at: 'later', why: 'resumed', position: null, consistent: true, readers: 1 } as const;
let opened: AsyncDisposable | null = null;

async function mark(folder: string): Promise<void> {
  const state = await fileState(folder, { journalGrowth: 4096 }).open(RUN);
  const open = [...(state.record?.entities['Order']?.open ?? [])];
  let next = state.record?.entities['Order']?.planned ?? 0;
  if (state.record === null) await state.begin(makeHeader());
  else await state.resume({ ...RESUMED, chunksReadAgain: open.map(({ id }) => id) });
  const work = async () => {
    for (;;) {
      let chunk = open.shift();
      if (chunk === undefined) {
        chunk = makeChunk(next++);
        state.planned(chunk);
      }
      for (const line of rejectsOf(chunk)) state.reject(line);
      say(`ask ${chunk.id}`);
      await state.done(chunk, settledCounts(chunk));
      say(`done ${chunk.id}`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
}

async function answer(line: string): Promise<void> {
  const [command, folder = ''] = line.split(' ');
  if (command === 'mark') await mark(folder);
  else if (command === 'open') {
    try {
      opened = await fileState(folder).open(RUN);
      say('open');
    } catch (error) {
      say(error instanceof MigrationError ? error.code : String(error));
    }
  } else {
    await opened?.[Symbol.asyncDispose]();
    opened = null;
    say('closed');
  }
}

say('ready');
for await (const line of createInterface({ input: process.stdin })) await answer(line);
