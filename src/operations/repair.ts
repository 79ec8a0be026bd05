import { changesOf } from '../compare/owned-attributes.js';
import { writeUnits } from '../item/limits.js';
import { itemBytes } from '../item/size.js';
import { rateLimit } from '../pipeline/rate.js';
import { sinkError } from '../sink/errors.js';
import type { ItemRepairer } from '../sink/item-repairer.js';
import type { Sink } from '../sink/sink.js';
import { systemClock } from '../support/time.js';
import type { RefusedRepair, RepairReport } from './diff-report.js';
import type { OwnedNames } from './owned-names.js';
import type { Verdict } from './second-look.js';

/** Mends what a diff has found; orphans it leaves alone. */
export interface Repair extends AsyncDisposable {
  /** Resolves when each of them is mended, or left as it is. Throws `SINK_*`. */
  mend(verdicts: readonly Verdict[], signal: AbortSignal): Promise<void>;
  report(): RepairReport;
}

/** Throws `SINK_REFUSED` where the sink cannot mend single items. */
export async function openRepair(
  sink: Sink,
  owned: OwnedNames,
  { maxWriteUnits = Number.POSITIVE_INFINITY }: { readonly maxWriteUnits?: number | undefined },
): Promise<Repair> {
  const repairer = await sink.openRepairer();
  if (repairer === null) throw sinkError('SINK_REFUSED', `items of ${sink.label} cannot be repaired`);
  const rate = rateLimit(maxWriteUnits, systemClock);
  const counts = { created: 0, updated: 0, changed: 0, writeUnits: 0 };
  const refused: RefusedRepair[] = [];

  const mendOne = async (verdict: Verdict, signal: AbortSignal) => {
    const { wanted, found, difference } = verdict;
    if (wanted === null) return;
    // An update is billed for the whole item, before or after, whichever is larger.
    const expected = writeUnits(Math.max(itemBytes(wanted), found === null ? 0 : itemBytes(found)));
    await rate.take(expected, signal);
    const outcome = await (found === null
      ? repairer.create(wanted, signal)
      : updateOwned(repairer, verdict, owned, signal));
    const spent = outcome.kind === 'done' ? (outcome.units ?? expected) : 1; // a condition that fails costs as well
    rate.settle(expected, spent, 0);
    counts.writeUnits += spent;
    if (outcome.kind === 'changed') counts.changed += 1;
    else if (outcome.kind === 'refused') {
      refused.push({ key: difference.key, source: difference.source, reason: outcome.reason });
    } else if (found === null) counts.created += 1;
    else counts.updated += 1;
  };

  return {
    mend: async (verdicts, signal) => {
      await Promise.all(verdicts.map((verdict) => mendOne(verdict, signal)));
    },
    report: () => ({ ...counts, refused }),
    [Symbol.asyncDispose]: () => repairer[Symbol.asyncDispose](),
  };
}

function updateOwned(
  repairer: ItemRepairer,
  { wanted, found, difference: { entity, copy, key } }: Verdict,
  owned: OwnedNames,
  signal: AbortSignal,
): ReturnType<ItemRepairer['update']> {
  const [to, from] = [wanted ?? {}, found ?? {}];
  const names = copy === null ? owned.ofEntity(entity) : owned.ofCopy(entity, copy);
  return repairer.update(key, changesOf(to, from, names), signal);
}
