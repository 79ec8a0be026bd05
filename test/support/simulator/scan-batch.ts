import { numberBytes } from '../../../src/item/number.js';
import { JsonCursor } from './json-cursor.js';
import { preparedLayout, type TableLayout } from './table-layout.js';

/** One put or delete of a BatchWriteItem, with the part of the request that says it. */
export interface ScannedWrite {
  readonly table: TableLayout;
  /** Bytes of the request: `{"PutRequest":{"Item":{…}}}`. */
  readonly from: number;
  readonly to: number;
  readonly units: number;
  readonly partitionHash: number;
  readonly indexed: readonly { readonly index: number; readonly hash: number; readonly units: number }[];
}

const OPEN = 0x7b;
const CLOSE = 0x7d;
const LIST = 0x5b;
const LIST_END = 0x5d;
const COLON = 0x3a;
const COMMA = 0x2c;
const UNIT_BYTES = 1024;

/**
 * Reads a BatchWriteItem without making an object of any item: which table, how large, under which keys. A
 * request whose form is wrong throws; whether its values are legal is for the engine to say. Unknown tables
 * return null.
 */
export function scanBatch(
  body: Buffer,
  tables: ReadonlyMap<string, TableLayout>,
): { readonly writes: readonly ScannedWrite[]; readonly capacity: string } | null {
  const cursor = new JsonCursor(body);
  const writes: ScannedWrite[] = [];
  let capacity = 'NONE';
  let known = true;
  members(cursor, (name) => {
    if (name === 'ReturnConsumedCapacity') {
      cursor.string();
      capacity = cursor.text();
    } else if (name !== 'RequestItems') cursor.skip();
    else
      members(cursor, (table) => {
        const layout = tables.get(table);
        if (layout === undefined) {
          known = false;
          cursor.skip();
        } else elements(cursor, () => writes.push(scanWrite(cursor, layout)));
      });
  });
  return known ? { writes, capacity } : null;
}

function scanWrite(cursor: JsonCursor, table: TableLayout): ScannedWrite {
  cursor.peek();
  const from = cursor.at;
  let scanned: Omit<ScannedWrite, 'table' | 'from' | 'to'> | null = null;
  members(cursor, () =>
    members(cursor, () => {
      scanned = scanItem(cursor, table);
    }),
  );
  if (scanned === null) throw new SyntaxError(`neither Item nor Key at byte ${from}`);
  return { table, from, to: cursor.at, ...(scanned as Omit<ScannedWrite, 'table' | 'from' | 'to'>) };
}

/** `cursor` stands before the item's brace. */
export function scanItem(
  cursor: JsonCursor,
  table: TableLayout,
): Pick<ScannedWrite, 'units' | 'partitionHash' | 'indexed'> {
  const layout = preparedLayout(table);
  const hashes = layout.hashes.fill(-1);
  const projected = layout.projected.fill(0);
  let bytes = 0;
  let partitionHash = 0;
  cursor.expect(OPEN);
  if (!cursor.accept(CLOSE)) {
    do {
      cursor.string();
      const { start, end, length } = cursor;
      const attribute = layout.attributes.find(cursor.bytes, start, end);
      cursor.expect(COLON);
      const size = length + (attribute === null ? value(cursor, false) : value(cursor, true));
      bytes += size;
      if (attribute !== null) {
        if (attribute.partitionKey) partitionHash = cursor.hash;
        for (const slot of attribute.keyOf) hashes[slot] = cursor.hash;
        for (const index of attribute.includedIn) projected[index] = (projected[index] ?? 0) + size;
      }
    } while (cursor.accept(COMMA));
    cursor.expect(CLOSE);
  }
  const indexed: { index: number; hash: number; units: number }[] = [];
  for (const [index, { slots, all }] of layout.indexes.entries()) {
    if (slots.some((slot) => hashes[slot] === -1)) continue;
    const size = all ? bytes : (projected[index] ?? 0);
    indexed.push({ index, hash: hashes[slots[0] ?? 0] ?? 0, units: unitsOf(size) });
  }
  return { units: unitsOf(bytes), partitionHash, indexed };
}

function unitsOf(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / UNIT_BYTES));
}

/** Size of a typed value as DynamoDB counts it; its hash is left in the cursor where it is a scalar. */
function value(cursor: JsonCursor, hashed: boolean): number {
  cursor.expect(OPEN);
  cursor.string();
  const { bytes, start, end } = cursor;
  const type = bytes[start];
  const set = end - start === 2 && bytes[start + 1] === 0x53;
  cursor.expect(COLON);
  let size = 0;
  if (set) elements(cursor, () => (size += scalar(cursor, type, false)));
  else if (type === 0x4c && end - start === 1) {
    size = 3;
    elements(cursor, () => (size += 1 + value(cursor, false)));
  } else if (type === 0x4d && end - start === 1) {
    size = 3;
    pairs(
      cursor,
      () => (size += 1 + cursor.length),
      () => (size += value(cursor, false)),
    );
  } else size = scalar(cursor, end - start === 1 ? type : undefined, hashed);
  cursor.expect(CLOSE);
  return size;
}

function scalar(cursor: JsonCursor, type: number | undefined, hashed: boolean): number {
  if (type !== 0x53 && type !== 0x4e && type !== 0x42) {
    cursor.skip(); // BOOL, NULL
    return 1;
  }
  if (hashed) cursor.hashedString();
  else cursor.string();
  if (type === 0x53) return cursor.length;
  if (type === 0x4e) return digitsBytes(cursor.bytes, cursor.start, cursor.end);
  return Buffer.byteLength(cursor.bytes.toString('latin1', cursor.start, cursor.end), 'base64');
}

/** `numberBytes` for what nearly every number is, plain digits, without making a text of it. */
function digitsBytes(bytes: Buffer, start: number, end: number): number {
  const first = bytes[start] === 0x2d ? start + 1 : start;
  let zeros = 0;
  for (let at = first; at < end; at += 1) {
    const byte = bytes[at] as number; // at < end
    if (byte < 0x30 || byte > 0x39 || (byte === 0x30 && at === first)) {
      return numberBytes(bytes.toString('latin1', start, end));
    }
    zeros = byte === 0x30 ? zeros + 1 : 0;
  }
  return 1 + Math.ceil((end - first) / 2) - Math.floor(zeros / 2) + (first - start);
}

function members(cursor: JsonCursor, visit: (name: string) => void): void {
  pairs(
    cursor,
    () => {},
    () => visit(cursor.text()),
  );
}

function pairs(cursor: JsonCursor, name: () => void, content: () => void): void {
  cursor.expect(OPEN);
  if (cursor.accept(CLOSE)) return;
  do {
    cursor.string();
    name();
    cursor.expect(COLON);
    content();
  } while (cursor.accept(COMMA));
  cursor.expect(CLOSE);
}

function elements(cursor: JsonCursor, visit: () => void): void {
  cursor.expect(LIST);
  if (cursor.accept(LIST_END)) return;
  do visit();
  while (cursor.accept(COMMA));
  cursor.expect(LIST_END);
}
