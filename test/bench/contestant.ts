import { readFile } from 'node:fs/promises';

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

/** From the moment its modules were loaded to its last item: connecting and looking at the schema included. */
export interface Measure {
  readonly items: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakMb: number;
}

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
const run = await load(task);
const cpu = process.cpuUsage();
const started = performance.now();
const items = await run();
const wallMs = performance.now() - started;
const { user, system } = process.cpuUsage(cpu);
const measure: Measure = { items, wallMs, cpuMs: (user + system) / 1000, peakMb: await peakMb() };
process.stdout.write(JSON.stringify(measure));

/** The high-water mark of resident memory. `maxRSS` of a child starts at its parent's on Linux, VmHWM does not. */
async function peakMb(): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const kilobytes = /^VmHWM:\s*(\d+) kB/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS;
  return Number(kilobytes) / 1024;
}
