import { createLogUpdate } from 'log-update';
import type { Prepared } from '../operations/prepare.js';
import { createMeter, type Meter } from '../pipeline/meter.js';
import { systemClock } from '../support/time.js';
import type { Session } from './base-command.js';
import { bytes, count, duration } from './table.js';

export interface Progress {
  /** What the operation counts in. */
  readonly meter: Meter;
  /**
   * Begins to show, when no question is on the terminal any more. `rows` is what the source estimates, for
   * percent and remaining time; 0 when it has no statistics.
   */
  start(rows: number): void;
  stop(): void;
}

const REDRAW_MS = 200;
const LOG_EVERY_MS = 10_000;

/**
 * Shows how a run goes on: a live block on a terminal, else one log line per interval. It only polls the
 * meter, so it costs the run nothing.
 */
export function showProgress({ chatty, log, logLines }: Session, verb: 'write' | 'read'): Progress {
  const meter = createMeter();
  if (!chatty) return { meter, start: () => undefined, stop: () => undefined };
  let started = performance.now();
  let timer: NodeJS.Timeout | undefined;
  let readingSince = started;
  let expected = 0;
  let last = { at: started, rows: 0, units: 0 };
  let speed = { rows: 0, units: 0 };

  const sample = () => {
    const now = performance.now();
    const seconds = (now - last.at) / 1000;
    if (seconds < 0.8) return;
    speed = { rows: (meter.rows - last.rows) / seconds, units: (meter.units - last.units) / seconds };
    last = { at: now, rows: meter.rows, units: meter.units };
  };
  const remaining = () => {
    const elapsed = performance.now() - readingSince;
    const done = meter.rowsBefore + meter.rows;
    if (expected <= done || meter.rows === 0) return null;
    return (elapsed / meter.rows) * (expected - done);
  };

  const write = () => {
    sample();
    if (comparesKeys(meter)) {
      log.info({ rows: meter.keyRows }, 'comparing keys');
      return;
    }
    log.info(
      {
        rows: meter.rows,
        items: meter.written,
        unitsPerSecond: Math.round(speed.units),
        throttled: meter.throttled,
        rejects: meter.rejects,
        chunks: meter.chunksDone,
        heldBackBy: heldBackBy(meter),
        sourceAway: away(meter) ?? undefined,
        sourcePaused: paused(meter) ?? undefined,
        paused: meter.pausedSince === null ? undefined : true,
      },
      'progress',
    );
  };
  const begin = (show: () => void, every: number) => (rows: number) => {
    expected = rows;
    started = performance.now();
    readingSince = started;
    timer = setInterval(show, every);
    timer.unref();
  };
  if (process.stderr.isTTY !== true) {
    return { meter, start: begin(write, LOG_EVERY_MS), stop: () => clearInterval(timer) };
  }

  const onStderr = logLines.write;
  const update = createLogUpdate(process.stderr);
  const draw = () => {
    sample();
    if (comparesKeys(meter)) {
      readingSince = performance.now();
      update(
        `${count(meter.keyRows)} rows read to compare their keys, before the first write\n${duration(performance.now() - started)}`,
      );
      return;
    }
    const left = remaining();
    const done = meter.rowsBefore + meter.rows;
    const share = expected > done ? ` (${Math.floor((done / expected) * 100)} %)` : '';
    const lines = [
      `${count(meter.rows)} rows${share}  ${count(Math.round(speed.rows))}/s  ${meter.chunksDone} chunks done`,
    ];
    if (verb === 'write') {
      lines.push(
        `${count(meter.written)} items  ${bytes(meter.bytes)}  ${count(Math.round(speed.units))} WCU/s  ${meter.batches} requests under way`,
        `${count(meter.throttled)} throttled  ${count(meter.retried)} retried  ${count(meter.rejects)} rejected`,
      );
    } else lines.push(`${count(meter.written)} items  ${count(meter.rejects)} would be rejected`);
    lines.push(
      `${duration(performance.now() - started)}${left === null ? '' : `, about ${duration(left)} to go`}${verb === 'write' ? `  held back by ${heldBackBy(meter)}` : ''}`,
    );
    const gone = away(meter);
    if (gone !== null) lines.push(gone);
    if (meter.pausedSince !== null) {
      const since = duration(systemClock.now() - meter.pausedSince);
      lines.push(`paused for ${since}: tablefold control --go-on ends it`);
    }
    const held = paused(meter);
    if (held !== null) lines.push(held);
    update(lines.join('\n'));
  };
  return {
    meter,
    start: (rows) => {
      logLines.write = (line) => update.persist(line.trimEnd());
      begin(draw, REDRAW_MS)(rows);
    },
    stop: () => {
      logLines.write = onStderr;
      clearInterval(timer);
      update.clear();
      update.done();
    },
  };
}

/** Keys that are not proved to be unique are looked at first. */
function comparesKeys({ keyRows, rows }: Meter): boolean {
  return keyRows > 0 && rows === 0;
}

/** Rows that the run will read, as far as statistics tell: all of them, or those of a canary. */
export function expectedRows(
  { estimatedRows, mappers }: Pick<Prepared, 'estimatedRows' | 'mappers'>,
  {
    limit,
    'where-key': keys,
  }: { readonly limit?: number | undefined; readonly 'where-key'?: readonly string[] | undefined },
): number {
  if (keys !== undefined) return keys.length;
  return limit === undefined ? estimatedRows : Math.min(estimatedRows, limit * mappers.length);
}

/** What the source said last and how long it has been away; null while it does what it is asked for. */
function away({ sourceAway }: Meter): string | null {
  if (sourceAway === null) return null;
  return `the source is away for ${duration(systemClock.now() - sourceAway.since)}: ${sourceAway.why}`;
}

/** For how long reading has been paused, and why; null while it goes on. */
function paused({ sourcePaused }: Meter): string | null {
  if (sourcePaused === null) return null;
  const { why, since } = sourcePaused;
  return `reading is paused for ${duration(systemClock.now() - since)}: ${why}`;
}

/** What the run waits for most, in the words of who could change it. */
function heldBackBy(meter: Meter): string {
  if (meter.backingOff > 0) {
    const throttle = meter.lastThrottle;
    if (throttle === null) return meter.lastTrouble ?? 'the sink';
    if (throttle.reason === 'unknown') return 'the capacity of the table';
    const index = /\/index\/([^/]+)$/.exec(throttle.resource ?? '')?.[1];
    return index === undefined ? throttle.reason : `${throttle.reason} of index ${index}`;
  }
  if (meter.sourceAway !== null) return 'the source, which is away';
  if (meter.sourcePaused !== null) return meter.sourcePaused.flag;
  if (meter.pausedSince !== null) return 'control --pause';
  if (meter.heldBack > 0) return 'hot partition keys';
  if (meter.rateLimited > 0) return meter.throttled > 0 ? 'the capacity of the table' : '--max-write-units';
  return meter.full ? 'the sink' : 'the source';
}
