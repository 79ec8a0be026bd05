import { describe, expect, it } from 'vitest';
import { geometryText } from '../../../../src/mapping/value/geometry-text.js';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
/** 1.0 and 2.5, little and big endian. */
const [ONE, TWO] = ['000000000000f03f', '0000000000000440'];
const POINT = `01 01000000 ${ONE} ${TWO}`;
const LINE = `01 02000000 02000000 ${ONE} ${TWO} ${TWO} ${ONE}`;
const POLYGON = `01 03000000 02000000 01000000 ${ONE} ${ONE} 01000000 ${TWO} ${TWO}`;

describe('well-known text of MySQL geometries', () => {
  // Examples in the form of OGC 06-103r4, 7.2.2.
  it.each([
    ['POINT(1 2.5)', POINT],
    ['POINT(1 2.5)', '00 00000001 3ff0000000000000 4004000000000000'],
    ['POINT(-0 1e-7)', '01 01000000 0000000000000080 48afbc9af2d77a3e'],
    ['LINESTRING(1 2.5,2.5 1)', LINE],
    ['POLYGON((1 1),(2.5 2.5))', POLYGON],
    ['MULTIPOINT((1 2.5),(1 2.5))', `01 04000000 02000000 ${POINT} ${POINT}`],
    ['MULTILINESTRING((1 2.5,2.5 1))', `01 05000000 01000000 ${LINE}`],
    ['MULTIPOLYGON(((1 1),(2.5 2.5)))', `01 06000000 01000000 ${POLYGON}`],
    ['GEOMETRYCOLLECTION(POINT(1 2.5),LINESTRING(1 2.5,2.5 1))', `01 07000000 02000000 ${POINT} ${LINE}`],
    ['GEOMETRYCOLLECTION EMPTY', '01 07000000 00000000'],
  ])('%s', (text, wkb) => {
    expect(geometryText(hex(`00000000 ${wkb}`))).toBe(text);
    expect(geometryText(hex(`e6100000 ${wkb}`))).toBe(`SRID=4326;${text}`);
  });

  it.each(['', '00000000', `00000000 ${POINT} 00`, `00000000 ${POINT.slice(0, -3)}`, '00000000 01 08000000'])(
    'is not made of %j',
    (bytes) => {
      expect(geometryText(hex(bytes))).toBeNull();
    },
  );
});
