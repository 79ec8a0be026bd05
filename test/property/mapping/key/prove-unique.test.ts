import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileTemplate } from '../../../../src/mapping/compile/compile-template.js';
import { areDisjoint, keyShape } from '../../../../src/mapping/key/disjoint.js';
import { resolveTemplate } from '../../../../src/mapping/key/key-template.js';
import { columnAt, RUNS } from '../key-values.js';

/** Few types with few values that resemble the literals: what can collide, soon does. */
const TYPES = {
  text: {
    type: { kind: 'text', maxLength: null, padded: false },
    raws: ['', 'A', 'B', 'AB', '1', '#', 'A#A', '0'],
  },
  int: { type: { kind: 'integer', bits: 32, unsigned: false }, raws: ['0', '1', '-1', '11'] },
  bool: { type: { kind: 'boolean' }, raws: ['t', 'f'] },
  date: { type: { kind: 'date' }, raws: ['2024-01-31'] },
} as const;
type Kind = keyof typeof TYPES;
const KINDS = Object.keys(TYPES) as Kind[];

const literal = fc.constantFrom('', '#', 'A', 'B', 'A#', '#A', 'AB', '1', '0', '#1', 'A#B', '-1', ' ', '##');
const piece = fc.oneof(
  literal,
  fc.constantFrom(...KINDS).map((kind) => `{${kind} | desc}`),
  fc.constantFrom(...KINDS).map((kind) => `{${kind}}`),
);
/** Two templates, the second often like the first but for a piece or two. */
const pair = fc.array(piece, { minLength: 1, maxLength: 4 }).chain((pieces) =>
  fc.tuple(
    fc.constant(pieces.join('')),
    fc.tuple(...pieces.map((same) => fc.oneof(fc.constant(same), piece))).map((others) => others.join('')),
  ),
);
const row = fc.tuple(...KINDS.map((kind) => fc.constantFrom(...TYPES[kind].raws)));
const lookup = (_: string, name: string) => columnAt(KINDS.indexOf(name as Kind), TYPES[name as Kind].type);

test.each(['partition', 'sort'] as const)(
  'two %s templates that are proved disjoint never render one key',
  (role) => {
    let proved = 0;
    let met = 0;
    fc.assert(
      fc.property(pair, fc.array(row, { minLength: 8, maxLength: 8 }), ([one, other], rows) => {
        const [a, b] = [
          resolveTemplate(one, lookup, role).template,
          resolveTemplate(other, lookup, role).template,
        ];
        if (a === null || b === null) return;
        const keys = new Set(rows.map((cells) => compileTemplate(a, role).render(cells)));
        const shared = rows.some((cells) => keys.has(compileTemplate(b, role).render(cells)));
        const disjoint = areDisjoint(keyShape(a, role), keyShape(b, role));
        if (disjoint) proved += 1;
        if (shared) met += 1;
        expect(disjoint && shared).toBe(false);
      }),
      { numRuns: RUNS * 5 },
    );
    expect(proved).toBeGreaterThan(RUNS / 2);
    expect(met).toBeGreaterThan(RUNS / 20);
  },
);
