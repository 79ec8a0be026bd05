import { LIMITS } from '../item/limits.js';
import type { Aggregate } from '../source/measure.js';
import type { ColumnType, SourceExtremes } from '../source/source-schema.js';
import type { AttributeType, ZeroDate } from './mapping.js';

export type Hazard = keyof typeof HAZARDS;

/** Each hazard: what it is called, what counts it, or which length makes it come true. */
export const HAZARDS = {
  nan: { says: 'NaN', count: 'nan' },
  infinite: { says: 'infinity', count: 'infinite' },
  tooPrecise: { says: `over ${LIMITS.numberDigits} significant digits`, count: 'tooPrecise' },
  outOfRange: { says: 'numbers beyond 1E-130 … 9.99E+125', count: 'outOfRange' },
  fractions: { says: 'fractions of a cent', count: null },
  beforeYear1: { says: 'years BC', count: 'beforeYear1' },
  afterYear9999: { says: 'years over 9999', count: 'afterYear9999' },
  zeroDates: { says: 'zero dates', count: 'zeroDates' },
  partialDates: { says: 'dates with a zero month or day', count: 'partialDates' },
  notBoolean: { says: 'numbers that are neither 0 nor 1', count: 'notBoolean' },
  otherLength: { says: 'other than 16 bytes', count: null },
  notInSet: { says: 'NULL elements and more dimensions', count: null },
  json: {
    says: 'JSON with a name twice, an empty name, over 31 levels or numbers of over 38 digits',
    count: null,
  },
  emptyName: { says: 'an empty key', count: null },
  nulls: { says: 'NULL', count: 'nulls' },
  longPartitionKey: { says: 'text over 2,048 bytes', longest: LIMITS.partitionKeyBytes },
  longSortKey: { says: 'text over 1,024 bytes', longest: LIMITS.sortKeyBytes },
  spellings: { says: 'several spellings of one value, each of which makes a key', count: 'spellings' },
  large: { says: 'what makes an item larger than 400 KB', longest: LIMITS.itemBytes },
} as const satisfies {
  readonly [hazard: string]: {
    readonly says: string;
    /** Counts the values; null where none does. */
    readonly count?: Aggregate | null;
    /** Bytes that the longest value may have. */
    readonly longest?: number;
  };
};

/** What the type can hold that the attribute cannot. */
export function hazardsOf(
  type: ColumnType,
  as: AttributeType | null,
  zeroDate: ZeroDate,
  extremes: SourceExtremes,
): readonly Hazard[] {
  const when = (condition: boolean, ...hazards: Hazard[]) => (condition ? hazards : []);
  if (as === 'string' && type.kind !== 'boolean') return [];
  switch (type.kind) {
    case 'decimal': {
      const unbounded = type.precision === null;
      return [
        ...when(extremes.nan, 'nan'),
        ...when(extremes.infinity && unbounded, 'infinite'),
        ...when(unbounded || type.precision > LIMITS.numberDigits, 'tooPrecise'),
        ...when(unbounded, 'outOfRange'),
        ...when(as === 'cents' && (unbounded || (type.scale ?? 0) > 2), 'fractions'),
      ];
    }
    case 'float':
      return [
        ...when(extremes.nan, 'nan'),
        ...when(extremes.infinity, 'infinite'),
        ...when(type.bits === 64, 'outOfRange'),
      ];
    case 'date':
    case 'timestamp':
      return [
        ...when(extremes.infinity, 'infinite'),
        ...when(extremes.farYears, 'beforeYear1', 'afterYear9999'),
        ...when(extremes.zeroDates && zeroDate === 'reject', 'zeroDates'),
        ...when(extremes.zeroDates && !(type.kind === 'timestamp' && type.zone), 'partialDates'),
      ];
    case 'boolean':
      return when(type.integers === true && as !== 'number', 'notBoolean');
    case 'bytes':
      return when(as === 'uuid' && type.maxLength !== 16, 'otherLength');
    case 'json':
      return ['json'];
    case 'textMap':
      return ['emptyName'];
    case 'array': {
      const inside = hazardsOf(type.element, null, zeroDate, extremes);
      return [...inside, ...when(as === 'set' && type.bare !== true, 'notInSet')];
    }
    case 'composite':
      return [...new Set(type.fields.flatMap((field) => hazardsOf(field.type, null, zeroDate, extremes)))];
    default:
      return [];
  }
}

/** `column`: the attribute is one column of the root, so that it can have policies of its own. */
export function policiesOf(hazard: Hazard, column: boolean): readonly string[] {
  switch (hazard) {
    case 'large':
    case 'nulls':
    case 'longPartitionKey':
    case 'longSortKey':
      return [];
    case 'zeroDates':
      return column ? ['zeroDate: omit', 'as: string'] : ['defaults.zeroDate: omit'];
    case 'notBoolean':
      return column ? ['as: number'] : [];
    default:
      return column ? ['as: string'] : [];
  }
}
