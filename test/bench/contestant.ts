import { measured } from './measure.js';

/** What a contestant is told: one JSON argument of its process. */
export interface Task {
  readonly name: ContestantName;
  readonly sourceUrl: string;
  readonly endpoint: string;
  /** URL of the built package, as users run it. */
  readonly dist: string;
  readonly mappingFile: string;
  /** File with request bodies that were made before: a JSON list of texts. */
  readonly bodiesFile: string;
}

export type ContestantName = 'tablefold' | 'handwritten' | 'limit';

/** Writes every row as its item; answers how many. */
export type Run = () => Promise<number>;

async function load(task: Task): Promise<Run> {
  switch (task.name) {
    case 'tablefold':
      return (await import('./tablefold.js')).loadTablefold(task);
    case 'handwritten': {
      const { runHandwritten } = await import('./handwritten.js');
      return () => runHandwritten(task);
    }
    case 'limit':
      return (await import('./limit.js')).loadLimit(task);
  }
}

/** One contestant in a process of its own, so that its CPU and memory are its own. Prints a Measure. */
const task = JSON.parse(process.argv[2] ?? '') as Task;
process.stdout.write(JSON.stringify(await measured(await load(task))));
