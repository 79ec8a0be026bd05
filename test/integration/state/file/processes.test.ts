import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileState } from '../../../../src/state/file/file-state.js';
import { thisProcess } from '../../../../src/state/file/holder.js';
import type { RejectLine, RunRecord } from '../../../../src/state/state.js';
import { makeChunk, numberOf, RUN, rejectsOf } from './run-of-child.js';

const PROGRAM = fileURLToPath(new URL('./child.ts', import.meta.url));

class Child {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly exited: Promise<unknown>;

  constructor() {
    this.#process = spawn(process.execPath, ['--import', 'jiti/register', PROGRAM]);
    this.#process.stderr.pipe(process.stderr);
    this.exited = once(this.#process, 'exit');
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  get alive(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  tell(command: string): void {
    this.#process.stdin.write(`${command}\n`);
  }

  async next(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error('the child has ended');
    return value;
  }

  async rest(): Promise<string[]> {
    const lines: string[] = [];
    for (let line = await this.#lines.next(); line.done !== true; line = await this.#lines.next()) {
      lines.push(line.value);
    }
    return lines;
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.exited;
  }
}

describe('runs in a folder, with real processes', () => {
  let root: string;
  const children: Child[] = [];
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'tablefold-'));
  });
  afterEach(async () => {
    await Promise.all(children.splice(0).map((child) => child.kill()));
    await rm(root, { recursive: true, force: true });
  });

  async function start(): Promise<Child> {
    const child = new Child();
    children.push(child);
    expect(await child.next()).toBe('ready');
    return child;
  }

  async function rejectLines(): Promise<RejectLine[]> {
    const lines: RejectLine[] = [];
    for await (const line of fileState(root).rejects(RUN)) lines.push(line);
    return lines;
  }

  /** Reads from outside while the journal grows and is written anew: never an error, never a step back. */
  async function lookOn(child: Child): Promise<void> {
    let seen = 0;
    while (child.alive) {
      const live = await fileState(root).read(RUN);
      const order = live?.record.entities['Order'];
      expect(order?.done ?? 0).toBeGreaterThanOrEqual(seen);
      seen = order?.done ?? 0;
      expect((await rejectLines()).length).toBeGreaterThanOrEqual(order?.counts.rejects ?? 0);
    }
  }

  it('after each of several kill -9, what was acknowledged is there, with its rejects, and nothing else', async () => {
    const asked = new Set<string>();
    const acknowledged = new Set<string>();
    for (let round = 0; round < 5; round += 1) {
      const child = await start();
      child.tell(`mark ${root}`);
      const looking = lookOn(child);
      const wanted = 1 + Math.floor(Math.random() * 60);
      const said: string[] = [];
      while (said.filter((line) => line.startsWith('done')).length < wanted) said.push(await child.next());
      await delay(Math.random() * 5);
      await child.kill();
      await looking;
      for (const line of [...said, ...(await child.rest())]) {
        const [what, id = ''] = line.split(' ');
        (what === 'done' ? acknowledged : asked).add(id);
      }
      const found = await fileState(root).read(RUN);
      expect(found?.holder).toBeNull();
      const done = doneIn(found?.record);
      for (const id of acknowledged) expect(done).toContain(id);
      for (const id of done) expect(asked).toContain(id);
      const expected = [...done].flatMap((id) => rejectsOf(makeChunk(numberOf(id))));
      expect(sorted(await rejectLines())).toEqual(sorted(expected));
      expect(found?.record.entities['Order']?.counts.rejects).toBe(expected.length);
      expect(found?.record.header.snapshots).toHaveLength(round);
    }
    expect(acknowledged.size).toBeGreaterThan(50);
  });

  it('of several that find a lock whose holder was killed, exactly one takes it over', async () => {
    const rivals = await Promise.all([start(), start(), start(), start()]);
    const victim = await start();
    victim.tell(`open ${root}`);
    expect(await victim.next()).toBe('open');
    const holder = { ...thisProcess('victim'), pid: victim.pid, startTicks: null };
    expect(await answers(rivals, `open ${root}`)).toEqual(Array(4).fill('STATE_LOCKED'));
    await victim.kill();
    for (let round = 0; round < 15; round += 1) {
      const folder = round === 0 ? root : join(root, `round-${round}`);
      if (round > 0) {
        await mkdir(join(folder, RUN), { recursive: true });
        await writeFile(join(folder, RUN, 'lock.1'), JSON.stringify(holder));
      }
      const said = await answers(rivals, `open ${folder}`);
      expect(said.sort()).toEqual(['STATE_LOCKED', 'STATE_LOCKED', 'STATE_LOCKED', 'open']);
      expect(await answers(rivals, 'close')).toEqual(Array(4).fill('closed'));
      expect((await answers([rivals[round % 4] as Child], `open ${folder}`))[0]).toBe('open');
      await answers([rivals[round % 4] as Child], 'close');
    }
  });
});

function answers(children: readonly Child[], command: string): Promise<string[]> {
  for (const child of children) child.tell(command);
  return Promise.all(children.map((child) => child.next()));
}

function doneIn(record: RunRecord | undefined): ReadonlySet<string> {
  const progress = record?.entities['Order'];
  const done = new Set(Array.from({ length: progress?.planned ?? 0 }, (_, number) => `Order/${number}`));
  for (const { id } of progress?.open ?? []) done.delete(id);
  return done;
}

function sorted(lines: readonly RejectLine[]): string[] {
  return lines.map((line) => JSON.stringify(line)).sort();
}
