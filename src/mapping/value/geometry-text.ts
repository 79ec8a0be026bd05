/** Simple features by their number in WKB (OGC 06-103r4, 8.2.3); the members of the collections have a type of their own. */
const NAMES = [
  'POINT',
  'LINESTRING',
  'POLYGON',
  'MULTIPOINT',
  'MULTILINESTRING',
  'MULTIPOLYGON',
  'GEOMETRYCOLLECTION',
];

/**
 * MySQL's bytes of a geometry as well-known text, x before y as they are stored, every coordinate the shortest text
 * that reads back the same double: `POINT(1 2.5)`. An SRID other than 0 stands in front, as in PostGIS:
 * `SRID=4326;POINT(13.4 52.5)`. Null for what is no geometry of two dimensions.
 */
export function geometryText(bytes: Buffer): string | null {
  const cursor: Cursor = { bytes, at: 4 };
  try {
    const srid = bytes.readUInt32LE(0);
    const text = readGeometry(cursor);
    if (text === null || cursor.at !== bytes.length) return null;
    return srid === 0 ? `${text.name}${text.body}` : `SRID=${srid};${text.name}${text.body}`;
  } catch (error) {
    if (error instanceof RangeError) return null; // fewer bytes than its counts say
    throw error;
  }
}

interface Cursor {
  readonly bytes: Buffer;
  at: number;
}

interface Written {
  readonly name: string;
  readonly body: string;
}

function readGeometry(cursor: Cursor): Written | null {
  const little = cursor.bytes.readUInt8(cursor.at) === 1;
  cursor.at += 1;
  const whole = () => {
    const value = little ? cursor.bytes.readUInt32LE(cursor.at) : cursor.bytes.readUInt32BE(cursor.at);
    cursor.at += 4;
    return value;
  };
  const coordinate = () => {
    const value = little ? cursor.bytes.readDoubleLE(cursor.at) : cursor.bytes.readDoubleBE(cursor.at);
    cursor.at += 8;
    return Object.is(value, -0) ? '-0' : String(value);
  };
  const point = () => `${coordinate()} ${coordinate()}`;
  const listOf = (read: () => string) => {
    const parts: string[] = [];
    for (let count = whole(); count > 0; count -= 1) parts.push(read());
    return parts.length === 0 ? ' EMPTY' : `(${parts.join(',')})`;
  };
  const member = (write: (part: Written) => string) => () => {
    const part = readGeometry(cursor);
    if (part === null) throw new RangeError('a member of the collection is no geometry');
    return write(part);
  };

  const type = whole();
  const name = NAMES[type - 1];
  if (name === undefined) return null;
  switch (type) {
    case 1:
      return { name, body: `(${point()})` };
    case 2:
      return { name, body: listOf(point) };
    case 3:
      return { name, body: listOf(() => listOf(point)) };
    case 7:
      return { name, body: listOf(member((part) => part.name + part.body)) };
    default:
      return { name, body: listOf(member((part) => part.body)) };
  }
}
