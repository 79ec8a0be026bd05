import { readFile } from 'node:fs/promises';

/** From the moment its modules were loaded to its last item or row: connecting and looking at the schema included. */
export interface Measure {
  /** Items written, or rows read. */
  readonly items: number;
  readonly wallMs: number;
  /** Of the process with all its threads, and of the children it waited for. */
  readonly cpuMs: number;
  /** The high-water mark of the process's resident memory. */
  readonly peakMb: number;
}

export async function measured(run: () => Promise<number>): Promise<Measure> {
  const cpu = await cpuMs();
  const started = performance.now();
  const items = await run();
  const wallMs = performance.now() - started;
  return { items, wallMs, cpuMs: (await cpuMs()) - cpu, peakMb: await peakMb() };
}

export function perSecond({ items, wallMs }: Measure): number {
  return Math.round(items / (wallMs / 1000));
}

export function cpuMicros({ items, cpuMs }: Measure): number {
  return Math.round((cpuMs * 10_000) / items) / 10;
}

/** Linux counts what ended children used in hundredths of a second; elsewhere it is left out. */
async function cpuMs(): Promise<number> {
  const { user, system } = process.cpuUsage();
  const stat = await readFile('/proc/self/stat', 'utf8').catch(() => '');
  const [ofChildren = 0, inKernel = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(13, 15)
    .map(Number);
  return (user + system) / 1000 + (ofChildren + inKernel) * 10;
}

/** `maxRSS` of a child starts at its parent's on Linux, VmHWM does not. */
async function peakMb(): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const kilobytes = /^VmHWM:\s*(\d+) kB/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS;
  return Number(kilobytes) / 1024;
}
