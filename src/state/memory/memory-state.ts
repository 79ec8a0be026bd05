import type { Chunk } from '../../source/source.js';
import { stateError } from '../errors.js';
import { Progress, resumed } from '../progress.js';
import { checkRunName } from '../run-name.js';
import type {
  Counts,
  NoteKind,
  RejectLine,
  RunHeader,
  RunRecord,
  RunState,
  RunStatus,
  SnapshotTaken,
  StateStore,
} from '../state.js';

interface KeptRun {
  progress: Progress | null;
  lines: RejectLine[];
  collisions: readonly string[] | null;
  held: boolean;
}

/** Runs kept for as long as the process lives: for tests, and for callers who want no checkpoint. */
export function memoryState(): StateStore {
  const runs = new Map<string, KeptRun>();
  const notes: { readonly [kind in NoteKind]: Map<string, string> } = {
    capacity: new Map(),
    control: new Map(),
    heeded: new Map(),
  };

  async function open(name: string): Promise<RunState> {
    checkRunName(name);
    const run = runs.get(name) ?? { progress: null, lines: [], collisions: null, held: false };
    if (run.held) {
      throw stateError('STATE_LOCKED', `the run ${name} is held by this process (${process.pid})`, {
        hint: 'Wait for the run that is under way.',
      });
    }
    run.held = true;
    runs.set(name, run);
    return new MemoryRun(run);
  }

  async function read(name: string): Promise<RunStatus | null> {
    checkRunName(name);
    const run = runs.get(name);
    if (run === undefined || run.progress === null) return null;
    return {
      record: run.progress.record(),
      holder: run.held ? `pid ${process.pid}` : null,
      rejectLog: `memory/${name}/rejects.ndjson`,
      collisionLog: `memory/${name}/collisions.ndjson`,
    };
  }

  return {
    label: 'memory',
    open,
    read,
    list: async () => [...runs].flatMap(([name, { progress }]) => (progress === null ? [] : [name])).sort(),
    async collisions(name) {
      checkRunName(name);
      const lines = runs.get(name)?.collisions ?? null;
      return lines === null ? null : eachOf(lines);
    },
    async saveNote(name, kind, note) {
      checkRunName(name);
      if (note === null) notes[kind].delete(name);
      else notes[kind].set(name, JSON.stringify(note));
    },
    async note(name, kind) {
      checkRunName(name);
      const note = notes[kind].get(name);
      return note === undefined ? null : (JSON.parse(note) as object);
    },
    notes: async (kind) => [...notes[kind].keys()].sort(),
    async *rejects(name) {
      checkRunName(name);
      const run = runs.get(name);
      if (run === undefined) return;
      const { progress } = run;
      yield* run.lines.filter((line) => progress?.isDone(line.chunk) === true);
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

async function* eachOf(lines: readonly string[]): AsyncGenerator<string, void, undefined> {
  yield* lines;
}

class MemoryRun implements RunState {
  readonly record: RunRecord | null;
  readonly scratch = null;
  readonly #run: KeptRun;
  /** Null until the run has begun or goes on, and after it was let go. */
  #progress: Progress | null = null;
  #ended = false;

  constructor(run: KeptRun) {
    this.#run = run;
    this.record = run.progress?.record() ?? null;
  }

  async begin(header: RunHeader): Promise<void> {
    this.#start(new Progress(header));
    this.#run.lines = [];
    this.#run.collisions = null;
  }

  async resume(snapshot: SnapshotTaken | null): Promise<void> {
    const found = this.#run.progress;
    if (this.record === null || found === null) throw new Error('there is no run to resume');
    this.#run.lines = this.#run.lines.filter((line) => found.isDone(line.chunk));
    this.#start(resumed(this.record, found.rejectLines, snapshot));
  }

  async saveCollisions(lines: AsyncIterable<string>): Promise<void> {
    this.#live();
    const all: string[] = [];
    for await (const line of lines) all.push(line);
    this.#run.collisions = all;
  }

  planned(chunk: Chunk): void {
    this.#live().apply({ kind: 'planned', chunk });
  }

  plannedAll(entity: string): void {
    this.#live().apply({ kind: 'plannedAll', entity });
  }

  reject(line: RejectLine): void {
    // An item that was under way when the run was given up: its chunk stays open, so its lines are void.
    if (this.#ended) return;
    this.#live().rejected(line.chunk);
    this.#run.lines.push(line);
  }

  async done(chunk: Chunk, counts: Counts): Promise<void> {
    const progress = this.#live();
    progress.apply({ kind: 'done', chunk: chunk.id, counts, rejectLines: progress.rejectLinesOf(chunk.id) });
  }

  async snapshot(snapshot: SnapshotTaken): Promise<void> {
    this.#live().apply({ kind: 'snapshot', snapshot });
  }

  async keep(kept: object): Promise<void> {
    this.#live().apply({ kind: 'kept', kept: structuredClone(kept) });
  }

  async finish(at: string): Promise<void> {
    this.#live().apply({ kind: 'finished', at });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#progress = null;
    this.#run.held = false;
  }

  #start(progress: Progress): void {
    if (this.#progress !== null) throw new Error('the run has begun already');
    this.#progress = progress;
    this.#run.progress = progress;
  }

  #live(): Progress {
    if (this.#progress === null) throw new Error('the run has not begun, or was let go');
    return this.#progress;
  }
}
