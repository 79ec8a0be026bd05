import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** The process that holds a run, as its lock file says: JSON on one line. */
export interface Holder {
  /** Tells this lock from every other. */
  readonly token: string;
  readonly host: string;
  readonly pid: number;
  /** ISO 8601, when it took the lock. */
  readonly since: string;
  /** When the process began, in the kernel's ticks, and in which boot and pid namespace; null where the system does not say. */
  readonly startTicks: string | null;
  readonly boot: string | null;
  readonly namespace: string | null;
}

/** `elsewhere`: on another host or in another container, so nobody here can tell. */
export type Liveness = 'alive' | 'gone' | 'elsewhere';

export function thisProcess(token: string): Holder {
  return {
    token,
    host: hostname(),
    pid: process.pid,
    since: new Date().toISOString(),
    startTicks: processStat(process.pid)?.startTicks ?? null,
    boot: orNull(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    namespace: orNull(() => readlinkSync('/proc/self/ns/pid')),
  };
}

/** Whether the holder still runs, as `self` can see it. In doubt it is alive or elsewhere, never gone. */
export function livenessOf(holder: Holder, self: Holder): Liveness {
  if (holder.host !== self.host) return 'elsewhere';
  if (differ(holder.boot, self.boot)) return 'gone';
  if (differ(holder.namespace, self.namespace)) return 'elsewhere';
  if (!exists(holder.pid)) return 'gone';
  const stat = processStat(holder.pid);
  if (stat === null) return 'alive';
  // A zombie has ended and only waits for its parent; another start time is another process.
  const ended = stat.state === 'Z' || stat.state === 'X';
  return ended || differ(holder.startTicks, stat.startTicks) ? 'gone' : 'alive';
}

export function holderLabel({ pid, host, since }: Holder): string {
  return `pid ${pid} on ${host} since ${since}`;
}

function differ(one: string | null, other: string | null): boolean {
  return one !== null && other !== null && one !== other;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there and belongs to another user.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** Fields 3 and 22 of `/proc/PID/stat` (proc_pid_stat(5)); the name in field 2 may hold anything. */
function processStat(pid: number): { readonly state: string; readonly startTicks: string } | null {
  const text = orNull(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, startTicks] = [fields?.[0], fields?.[19]];
  return state === undefined || startTicks === undefined ? null : { state, startTicks };
}

/** Only Linux has /proc, and a container may hide it: then nothing is known, which is allowed for. */
function orNull(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}
