import { gunzipSync, gzipSync } from 'node:zlib';
import type { WireItem, WireValue } from '../../src/item/attribute-value.js';
import { canonicalKey, sameItem } from '../../src/item/canonical.js';
import { OVERSIZE, unzipItem } from '../../src/item/oversize.js';
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
/** Of items that hold a set, or what is compressed. No differences either. */
export const MUTATIONS_OF_FEW = ['reordered', 'recompressed'] as const;
export type Mutation = (typeof MUTATIONS)[number] | (typeof MUTATIONS_OF_FEW)[number];

export type Found = 'missing' | 'different' | 'orphan';

/** What was done to the table, and what a comparison has to say of it. */
export interface Planted {
  /** The items to put, and the keys to delete. */
  readonly puts: readonly WireItem[];
  readonly deletes: readonly WireItem[];
  /** By canonical key: the kind, `stale` where it is, and the names of attributes that differ, in order. */
  readonly expected: ReadonlyMap<string, string>;
  /** How many of each were planted. */
  readonly counts: Readonly<Record<Mutation, number>>;
  /** Types of the attributes that were changed. */
  readonly types: ReadonlySet<string>;
}

/** The attribute that an application adds to items of ours. */
export const OF_APPLICATION = 'seenBy';
const KEYS = ['pk', 'sk'];
const LABELS = new Set([...KEYS, '_type', '_src', OVERSIZE.zipped]);

export interface PlantOptions {
  readonly count: number;
  readonly kinds: readonly Mutation[];
  /** Numbers from 0 to below 1, so that a seed decides everything. */
  readonly random: () => number;
  /** Attributes that are left as they are, and in no list of those that differ. */
  readonly spared: readonly string[];
}

/** Mutations of all kinds, on as many different items: those that a migration wrote and nobody has touched. */
export function plantMutations(
  items: readonly WireItem[],
  { count, kinds, random, spared }: PlantOptions,
): Planted {
  const deck = shuffled(items, random);
  const puts: WireItem[] = [];
  const deletes: WireItem[] = [];
  const noted: { readonly item: WireItem; readonly found: Found; readonly names: readonly string[] }[] = [];
  const counts = Object.fromEntries([...MUTATIONS, ...MUTATIONS_OF_FEW].map((kind) => [kind, 0])) as Record<
    Mutation,
    number
  >;
  const types = new Set<string>();
  const next = (): WireItem => {
    const item = deck.pop();
    if (item === undefined) throw new Error(`${items.length} items are too few for ${count} mutations`);
    return item;
  };
  const note = (item: WireItem, found: Found, names: readonly string[] = []) => {
    noted.push({ item, found, names: [...names].sort() });
  };
  let planted = 0;
  while (planted < count) {
    const kind = kinds[Math.floor(random() * kinds.length)] as Mutation;
    if (plant(kind)) {
      counts[kind] += 1;
      planted += 1;
    }
  }
  const isStale = stalenessOf(items, { puts, deletes });
  const expected = new Map(
    noted.map(({ item, found, names }) => {
      const stale = found === 'different' && isStale(item, names);
      return [canonicalKey(item, KEYS), [found, ...(stale ? ['stale'] : []), ...names].join(' ')];
    }),
  );
  return { puts, deletes, expected, counts, types };

  /** False where the item that was drawn has nothing to do it to. */
  function plant(kind: Mutation): boolean {
    if (kind === 'reordered') return reorder();
    if (kind === 'recompressed') return recompress();
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
        puts.push({ ...item, [name]: change(item, name) });
        note(item, 'different', [name]);
        return true;
      case 'dropped':
        if (name === undefined || zippedNames(item).includes(name)) return false;
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
        puts.push({ ...item, [number]: { N: otherSpelling(String(item[number]?.['N']), random() < 0.5) } });
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

  /** An item that is not touched yet, of those that have something rare; null where there is none left. */
  function take(has: (item: WireItem) => boolean): WireItem | null {
    const at = deck.findIndex(has);
    return at < 0 ? null : (deck.splice(at, 1)[0] ?? null);
  }

  function reorder(): boolean {
    const isSet = (value: WireValue) => /^[SNB]S$/.test(Object.keys(value)[0] ?? '');
    const found = take((item) => Object.values(item).some(isSet));
    if (found === null) return false;
    const reversed = ([name, value]: [string, WireValue]): [string, WireValue] => {
      if (!isSet(value)) return [name, value];
      const [[type, held] = ['SS', []]] = Object.entries(value);
      return [name, { [type]: [...(held as readonly string[])].reverse() }];
    };
    puts.push(Object.fromEntries(Object.entries(found).map(reversed)));
    return true;
  }

  function recompress(): boolean {
    const found = take((item) => zippedNames(item).length > 0);
    if (found === null) return false;
    const again = zippedNames(found).map((name): [string, WireValue] => {
      const json = gunzipSync(Buffer.from(String(found[name]?.['B']), 'base64'));
      return [name, { B: gzipSync(json, { level: 1 }).toString('base64') }];
    });
    puts.push({ ...found, ...Object.fromEntries(again) });
    return true;
  }

  /** What is compressed is another value, compressed. */
  function change(item: WireItem, name: string): WireValue {
    const value = unzipItem(item)[name] as WireValue; // one of its own names
    types.add(Object.keys(value)[0] ?? '');
    const other = otherValue(value);
    if (!zippedNames(item).includes(name)) return other;
    return { B: gzipSync(JSON.stringify(other)).toString('base64') };
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

/**
 * Is an item of another version of its row than a sister: do they hold different values of an attribute that differs, and
 * that the row makes equal in both?
 */
function stalenessOf(
  items: readonly WireItem[],
  { puts, deletes }: Pick<Planted, 'puts' | 'deletes'>,
): (item: WireItem, names: readonly string[]) => boolean {
  const rowOf = ({ _type, _src }: WireItem) => JSON.stringify([_type, _src]);
  const sisters = new Map<string, WireItem[]>();
  for (const item of items) {
    const of = sisters.get(rowOf(item)) ?? [];
    sisters.set(rowOf(item), of);
    of.push(item);
  }
  const now = new Map(puts.map((item) => [canonicalKey(item, KEYS), item]));
  const gone = new Set(deletes.map((item) => canonicalKey(item, KEYS)));
  const held = (item: WireItem) => now.get(canonicalKey(item, KEYS)) ?? item;
  return (item, names) =>
    (sisters.get(rowOf(item)) ?? []).some((sister) => {
      if (sister === item || gone.has(canonicalKey(sister, KEYS))) return false;
      const made = [unzipItem(item), unzipItem(sister)] as const;
      const found = [unzipItem(held(item)), unzipItem(held(sister))] as const;
      return names.some((name) => agree(name, made) && !agree(name, found));
    });
}

function agree(name: string, [one, other]: readonly [WireItem, WireItem]): boolean {
  const pick = (item: WireItem) => (item[name] === undefined ? {} : { [name]: item[name] });
  return sameItem(pick(one), pick(other));
}

function zippedNames(item: WireItem): readonly string[] {
  return (item[OVERSIZE.zipped]?.['SS'] ?? []) as readonly string[];
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
    case 'B':
      return { B: Buffer.concat([Buffer.from(String(held), 'base64'), Buffer.of(7)]).toString('base64') };
    case 'SS':
      return { SS: [...(held as readonly string[]), '~'] };
    case 'NS':
      return { NS: [...(held as readonly string[]), '777.5'] };
    case 'BS':
      return { BS: [...(held as readonly string[]), 'fn5+'] };
    default:
      return { S: '~' };
  }
}

/** `1.5` → `1.50`, or `150e-2`: the same number. */
function otherSpelling(number: string, plain: boolean): string {
  if (plain) return number.includes('.') ? `${number}0` : `${number}.0`;
  const [, sign = '', whole = '', part = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(number) ?? [];
  return `${sign}${whole}${part}0e-${part.length + 1}`;
}

function without(item: WireItem, name: string): WireItem {
  return Object.fromEntries(Object.entries(item).filter(([other]) => other !== name));
}
