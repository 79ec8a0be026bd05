import { systemClock } from '../../../src/support/time.js';
import { httpReply, serveBare } from '../bare-http.js';
import { serveAlone, startAlone } from '../own-process.js';
import { openDynalite } from './engine.js';
import { Simulator, type SimulatorOptions, type SimulatorReply } from './simulator.js';

/** Plain JSON, so that a process of its own can be told. */
export interface ServedOptions extends Omit<SimulatorOptions, 'clock' | 'engine'> {
  /** Keeps the items, in dynalite, so that they can be read; default false: they are counted. */
  readonly keep?: boolean | undefined;
}

export interface ServedSimulator extends AsyncDisposable {
  readonly url: string;
  /** What the simulator counted of a table. */
  counts(table: string): Promise<NonNullable<ReturnType<Simulator['counts']>>>;
}

/** In this process, on real time. GET /TABLE answers its counts. */
export async function serveSimulator(options: ServedOptions): Promise<ServedSimulator> {
  const engine = options.keep === true ? await openDynalite() : undefined;
  const simulator = new Simulator({ ...options, clock: systemClock, engine });
  const { server, port } = await serveBare(async (operation, body, path) => {
    if (operation !== '') return asHttp(await simulator.call(operation, body));
    return httpReply(JSON.stringify(simulator.counts(decodeURIComponent(path.slice(1)))));
  });
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    counts: (table) => countsAt(url, table),
    async [Symbol.asyncDispose]() {
      server.close();
      await engine?.[Symbol.asyncDispose]();
    },
  };
}

/** In a process of its own; it ends with this one at the latest. */
export async function startSimulator(options: ServedOptions): Promise<ServedSimulator> {
  const alone = await startAlone<string>(import.meta.url, options);
  const url = alone.said;
  return {
    url,
    counts: (table) => countsAt(url, table),
    [Symbol.asyncDispose]: () => alone[Symbol.asyncDispose](),
  };
}

async function countsAt(url: string, table: string): Promise<NonNullable<ReturnType<Simulator['counts']>>> {
  const counts = (await (await fetch(`${url}/${encodeURIComponent(table)}`)).json()) as ReturnType<
    Simulator['counts']
  >;
  if (counts === null) throw new Error(`the simulator has no table ${table}`);
  return counts;
}

function asHttp({ status, text }: SimulatorReply): Buffer {
  return httpReply(text, status === 200 ? '200 OK' : `${status} Error`);
}

await serveAlone(import.meta.url, async (options: ServedOptions) => (await serveSimulator(options)).url);
