import type { BackfillGuard, ChangeRules } from '../../mapping/backfill/change-item.js';
import type { BackfillRules } from '../../mapping/backfill/compile-backfill.js';
import { schemaDigest } from '../../mapping/check-mapping.js';
import type { MappingChanges } from '../../mapping/compare/compare-mappings.js';
import { MappingInvalid } from '../../mapping/errors.js';
import type { LoadedMapping } from '../../mapping/load-mapping.js';
import { namedSchemas } from '../../mapping/named-schemas.js';
import { resolveTable } from '../../mapping/resolve/resolve-table.js';
import type { ResolvedEntity, ResolvedMapping } from '../../mapping/resolved-mapping.js';
import { usageError } from '../errors.js';
import {
  estimateRows,
  type Prepared,
  type PrepareOptions,
  prepareUnasked,
  probeQueries,
} from '../prepare.js';
import { type BackfillSetup, compileBetween } from './backfill-mappers.js';

export interface BackfillRequest extends Partial<ChangeRules> {
  /** The mapping that wrote the table; `PrepareOptions.mapping` is the new one. */
  readonly from: LoadedMapping;
  /** Indexes of the new mapping that the table need not have yet. */
  readonly pendingIndexes?: readonly string[] | undefined;
}

/** What of a run is a backfill's. */
export interface Backfill {
  /** For the record of the run: what a resume has to be asked for as well. */
  readonly asked: object;
  readonly setup: BackfillSetup;
  readonly changes: MappingChanges;
}

export interface PreparedBackfill {
  /** The mappers make only what the old mapping did not. */
  readonly prepared: Prepared;
  readonly backfill: Backfill;
}

/**
 * Both mappings against the source, compared. Throws as `prepare` does for either, and `USAGE_*` where no item of one
 * can be told to be an item of the other.
 */
export async function prepareBackfill(
  { from, removeAttributes = false, guard = null, pendingIndexes = [] }: BackfillRequest,
  options: PrepareOptions,
  listeners: Pick<BackfillRules, 'onChange' | 'onObsolete'> = {},
): Promise<PreparedBackfill> {
  refuseOtherTable(from, options.mapping);
  const whole = await prepareUnasked({ ...options, schemas: namedSchemas(from.mapping) });
  const { entities: asked = [] } = options;
  const setup: BackfillSetup = {
    from: from.file,
    fromDigest: from.digest,
    entities: asked.length === 0 ? null : asked,
    removeAttributes,
    guard,
    pendingIndexes,
  };
  const { old, changes, mappers } = compile(from, whole, { ...setup, ...listeners });
  refuseOtherKeys(changes);
  if (guard !== null) refuseGuard(guard, changes, old);
  // What both mappings make alike is not read: the source need not know how.
  const unproved = mappers.length > 0 ? whole.unproved : [];
  await probeQueries([...mappers, ...unproved.map(({ mapper }) => mapper)], options);
  return {
    prepared: {
      ...whole,
      mappers,
      unproved,
      estimatedRows: estimateRows(mappers, whole.schema),
    },
    backfill: {
      asked: {
        from: from.digest,
        fromSchema: schemaDigest(old, whole.schema),
        removeAttributes,
        guard,
      },
      setup,
      changes,
    },
  };
}

function compile(from: LoadedMapping, { resolved, schema }: Prepared, rules: BackfillRules & BackfillSetup) {
  try {
    return compileBetween(from, resolved, schema, rules);
  } catch (error) {
    if (!(error instanceof MappingInvalid)) throw error;
    throw new MappingInvalid(error.message, error.problems, {
      hint: `${from.file} has to fit the source as it is today: where a column has another name now, copy the file and give the attribute its old name there (oldName: '{new_name}').`,
    });
  }
}

function refuseOtherTable(from: LoadedMapping, to: LoadedMapping): void {
  const [was, is] = [from, to].map(({ mapping }) => resolveTable(mapping.table).name);
  if (was === is) return;
  throw usageError('USAGE_COMBINATION', `${from.file} is for the table ${was}, ${to.file} for ${is}`, {
    hint: 'A backfill changes one table: name it with --table, or migrate into the other.',
  });
}

function refuseOtherKeys({ keys }: MappingChanges): void {
  if (keys.length === 0) return;
  throw usageError(
    'USAGE_COMBINATION',
    `no item can be told to be the same by both mappings: ${keys.join('; ')}`,
    {
      hint: 'Migrate into a table of its own: tablefold migrate --mapping NEW --table NAME',
    },
  );
}

/** More guards than DynamoDB takes in one condition, beside what is changed. */
const MOST_GUARDED = 60;

/** A guard that no item could pass would hold back everything. */
function refuseGuard(guard: BackfillGuard, { copies }: MappingChanges, old: ResolvedMapping): void {
  for (const change of copies) {
    if (change.kind !== 'changed') continue;
    const { entity, copy } = change.from;
    const former = old.entities.find(({ name }) => name === entity);
    const names = former === undefined ? [] : attributesOf(former, copy);
    const label = `${change.entity}.${change.copy}`;
    if (guard.kind === 'version' && !names.includes(guard.attribute)) {
      throw usageError(
        'USAGE_VALUE',
        `items of ${label} had no attribute ${guard.attribute} by the old mapping`,
        {
          hint: `They had ${names.join(', ')}. Give --entity and run once for each, or use --if-unchanged.`,
        },
      );
    }
    if (guard.kind === 'unchanged' && names.length > MOST_GUARDED) {
      throw usageError(
        'USAGE_COMBINATION',
        `${label} has ${names.length} attributes, more than one condition takes`,
        {
          hint: 'Use --if-version with an attribute that changes whenever the item does.',
        },
      );
    }
  }
}

function attributesOf({ copies, attributes }: ResolvedEntity, copy: string): readonly string[] {
  const found = copies.find(({ name }) => name === copy);
  return (found?.attributes ?? []).flatMap((at) => attributes[at]?.name ?? []);
}
