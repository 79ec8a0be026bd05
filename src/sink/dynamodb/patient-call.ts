import type { DynamoDb } from '../../dynamodb/client.js';
import { fatal } from '../../dynamodb/errors.js';
import type { Operation } from '../../dynamodb/wire.js';
import { systemClock } from '../../support/time.js';
import { sinkError } from '../errors.js';

/** Delays of a reader: full jitter under a ceiling that doubles from 50 ms to 5 s. */
const FIRST_CEILING_MS = 50;
const LAST_CEILING_MS = 5_000;

export interface Patience {
  /** Waits before another attempt; throws `SINK_NO_PROGRESS` when nothing has come for too long. */
  wait(why: string, signal: AbortSignal): Promise<void>;
  /** Something has come. */
  progress(): void;
}

export function startPatience(patienceMs: number, clock = systemClock): Patience {
  let since = clock.now();
  let attempt = 0;
  return {
    async wait(why, signal) {
      if (clock.now() - since > patienceMs) {
        throw sinkError(
          'SINK_NO_PROGRESS',
          `nothing came through for ${Math.round(patienceMs / 1000)} s: ${why}`,
          {
            hint: 'Check the capacity of the table and that this machine can reach it, then run the command again.',
          },
        );
      }
      const ceiling = Math.min(LAST_CEILING_MS, FIRST_CEILING_MS * 2 ** attempt);
      attempt += 1;
      await clock.sleep(Math.random() * ceiling, signal);
    },
    progress() {
      since = clock.now();
      attempt = 0;
    },
  };
}

/** A read that is repeated until it succeeds, with patience. Throws what ends the run. */
export async function patientCall<Body>(
  dynamo: DynamoDb,
  table: string,
  request: { readonly operation: Operation; readonly json: string },
  patience: Patience,
  signal: AbortSignal,
): Promise<Body> {
  for (;;) {
    const reply = await dynamo.wire.call<Body>(request.operation, request.json, { writes: false, signal });
    if (reply.kind === 'ok') return reply.body;
    if (reply.kind === 'throttled') await patience.wait(reply.reasons[0].reason, signal);
    else if (reply.kind === 'retry') await patience.wait(reply.trouble, signal);
    else throw fatal(reply, { ...dynamo, table });
  }
}
