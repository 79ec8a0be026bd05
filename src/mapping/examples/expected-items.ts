import type { WireItem } from '../../item/attribute-value.js';
import { canonicalKey } from '../../item/canonical.js';
import { attributeOf, elementsOf, entriesOf, parseExamples, writeExamples, wrong } from './example-yaml.js';

/** What a mapping makes of some rows. */
export interface ExpectedItems {
  readonly items: readonly WireItem[];
  readonly rejects: readonly ExpectedReject[];
}

/** An item that cannot be made. */
export interface ExpectedReject {
  readonly entity: string;
  readonly copy: string;
  /** The row's lineage: `orders#42`. */
  readonly source: string;
  readonly code: string;
}

const FIELDS = ['entity', 'copy', 'source', 'code'] as const;

/** Reads `expected.yaml`: `items`, and `rejects` where there are some. Throws `MAPPING_EXAMPLES`. */
export function readExpected(text: string, file: string): ExpectedItems {
  const root = parseExamples(text, file);
  let items: readonly WireItem[] = [];
  let rejects: readonly ExpectedReject[] = [];
  for (const [section, content] of entriesOf(root, 'items and rejects')) {
    if (section === 'items') {
      items = elementsOf(content, 'a list of items').map((item) =>
        Object.fromEntries(entriesOf(item, 'attributes').map(([name, value]) => [name, attributeOf(value)])),
      );
    } else if (section === 'rejects') {
      rejects = elementsOf(content, 'a list of rejects').map((reject) => {
        const given = Object.fromEntries(
          entriesOf(reject, 'a reject').map(([name, value]) => [name, String(attributeOf(value)['S'])]),
        );
        const missing = FIELDS.find((field) => given[field] === undefined);
        if (missing !== undefined)
          throw wrong(reject, `a reject has ${FIELDS.join(', ')}; ${missing} is missing`);
        const [entity = '', copy = '', source = '', code = ''] = FIELDS.map((field) => given[field]);
        return { entity, copy, source, code };
      });
    } else throw wrong(content, `expected items or rejects, found ${section}`);
  }
  return { items, rejects };
}

/** The text of `expected.yaml`: items in the order of their keys, as the table keeps them. */
export function writeExpected(
  { items, rejects }: ExpectedItems,
  keys: readonly [partition: string, sort: string],
): string {
  const sorted = [...items].sort((a, b) => compareText(a, b, keys[0]) || compareText(a, b, keys[1]));
  const wire = rejects.map((reject) =>
    Object.fromEntries(FIELDS.map((field): [string, WireItem[string]] => [field, { S: reject[field] }])),
  );
  return writeExamples({ items: sorted, ...(wire.length === 0 ? {} : { rejects: wire }) });
}

/** For people, and one for each key: `CUSTOMER#1 | ORDER#2`. */
export function keyText(item: WireItem, keys: readonly [partition: string, sort: string]): string {
  const texts = keys.map((name) => item[name]?.['S']);
  return texts.every((text) => typeof text === 'string') ? texts.join(' | ') : canonicalKey(item, keys);
}

function compareText(a: WireItem, b: WireItem, name: string): number {
  return Buffer.compare(Buffer.from(String(a[name]?.['S'])), Buffer.from(String(b[name]?.['S'])));
}
