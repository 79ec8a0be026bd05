import type { WireItem, WireValue } from '../../src/item/attribute-value.js';
import { canonicalKey } from '../../src/item/canonical.js';
import { shuffled } from '../../src/support/random.js';

/** How an item of a table is made to be another than the source says, or only to look so. */
export const MUTATIONS = [
  'deleted',
  'changed',
  'dropped',
  'exchanged',
  'orphan of a row that is there',
  'orphan of a row that is not',
  // No differences:
  'respelled',
  'extended',
  'foreign',
] as const;
export type Mutation = (typeof MUTATIONS)[number];

export type Found = 'missing' | 'different' | 'orphan';

/** What was done to the table, and what a comparison has to say of it. */
export interface Planted {
  /** The items to put, and the keys to delete. */
  readonly puts: readonly WireItem[];
  readonly deletes: readonly WireItem[];
  /** By canonical key: the kind, and the names of attributes that differ, in order. */
  readonly expected: ReadonlyMap<string, string>;
  /** How many of each were planted. */
  readonly counts: Readonly<Record<Mutation, number>>;
}

/** The attribute that an application adds to items of ours. */
export const OF_APPLICATION = 'seenBy';
const KEYS = ['pk', 'sk'];
const LABELS = new Set([...KEYS, '_type', '_src']);

export interface PlantOptions {
  readonly count: number;
  /** Numbers from 0 to below 1, so that a seed decides everything. */
  readonly random: () => number;
  /** Attributes that are left as they are, and in no list of those that differ. */
  readonly spared: readonly string[];
}

/** Mutations of all kinds, on as many different items: those that a migration wrote and nobody has touched. */
export function plantMutations(items: readonly WireItem[], { count, random, spared }: PlantOptions): Planted {
  const deck = shuffled(items, random);
  const puts: WireItem[] = [];
  const deletes: WireItem[] = [];
  const expected = new Map<string, string>();
  const counts = Object.fromEntries(MUTATIONS.map((kind) => [kind, 0])) as Record<Mutation, number>;
  const next = (): WireItem => {
    const item = deck.pop();
    if (item === undefined) throw new Error(`${items.length} items are too few for ${count} mutations`);
    return item;
  };
  const note = (item: WireItem, found: Found, names: readonly string[] = []) => {
    expected.set(canonicalKey(item, KEYS), [found, ...[...names].sort()].join(' '));
  };
  let planted = 0;
  while (planted < count) {
    const kind = MUTATIONS[Math.floor(random() * MUTATIONS.length)] as Mutation;
    if (plant(kind)) {
      counts[kind] += 1;
      planted += 1;
    }
  }
  return { puts, deletes, expected, counts };

  /** False where the item that was drawn has nothing to do it to. */
  function plant(kind: Mutation): boolean {
    const item = next();
    const names = Object.keys(item).filter((name) => !LABELS.has(name) && !spared.includes(name));
    const name = names[Math.floor(random() * names.length)];
    switch (kind) {
      case 'deleted':
        deletes.push(item);
        note(item, 'missing');
        return true;
      case 'changed':
        if (name === undefined) return false;
        puts.push({ ...item, [name]: otherValue(item[name] as WireValue) });
        note(item, 'different', [name]);
        return true;
      case 'dropped':
        if (name === undefined) return false;
        puts.push(without(item, name));
        note(item, 'different', [name]);
        return true;
      case 'exchanged':
        return exchange(item, next());
      case 'orphan of a row that is there':
        return orphan({ ...item, sk: { S: `${String(item['sk']?.['S'])}~` } });
      case 'orphan of a row that is not': {
        const table = String(item['_src']?.['S']).split('#')[0];
        return orphan({ ...item, pk: { S: `NOBODY#${planted}` }, _src: { S: `${table}#-1` } });
      }
      case 'respelled': {
        const number = names.find((one) => item[one]?.['N'] !== undefined);
        if (number === undefined) return false;
        puts.push({ ...item, [number]: { N: otherSpelling(String(item[number]?.['N'])) } });
        return true;
      }
      case 'extended':
        puts.push({ ...item, [OF_APPLICATION]: { SS: ['x', 'y'] } });
        return true;
      case 'foreign':
        puts.push({ pk: { S: `SESSION#${planted}` }, sk: { S: 'A' }, name: { S: 'x' } });
        return true;
    }
  }

  function orphan(item: WireItem): boolean {
    puts.push(item);
    note(item, 'orphan');
    return true;
  }

  /** Each gets the attributes of the other, lineage and all, under its own key; both hold the same ones. */
  function exchange(one: WireItem, other: WireItem): boolean {
    const names = differingNames(one, other).filter((name) => !spared.includes(name));
    if (names.length === 0 || Object.keys(one).join() !== Object.keys(other).join()) return false;
    if (one['_type']?.['S'] !== other['_type']?.['S']) return false;
    for (const [mine, theirs] of [
      [one, other],
      [other, one],
    ] as const) {
      puts.push({ ...theirs, pk: mine['pk'], sk: mine['sk'] } as WireItem);
      note(mine, 'different', names);
    }
    return true;
  }
}

function differingNames(one: WireItem, other: WireItem): readonly string[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter(
    (name) => !KEYS.includes(name) && JSON.stringify(one[name]) !== JSON.stringify(other[name]),
  );
}

/** Another value of the same type. */
function otherValue(value: WireValue): WireValue {
  const [[type, held] = ['NULL', true]] = Object.entries(value);
  switch (type) {
    case 'S':
      return { S: `${String(held)}~` };
    case 'N':
      return { N: String(held) === '7' ? '8' : '7' };
    case 'BOOL':
      return { BOOL: held !== true };
    case 'L':
      return { L: [...(held as readonly WireValue[]), { S: '~' }] };
    case 'M':
      return { M: { ...(held as WireItem), '~': { S: '~' } } };
    case 'SS':
      return { SS: [...(held as readonly string[]), '~'] };
    default:
      return { S: '~' };
  }
}

/** `1.5` → `15e-1`: the same number. */
function otherSpelling(number: string): string {
  const [, sign = '', whole = '', part = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(number) ?? [];
  return `${sign}${whole}${part}0e-${part.length + 1}`;
}

function without(item: WireItem, name: string): WireItem {
  return Object.fromEntries(Object.entries(item).filter(([other]) => other !== name));
}
