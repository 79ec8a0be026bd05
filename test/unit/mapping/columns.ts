import type { ColumnLookup, TemplateRole } from '../../../src/mapping/key/key-template.js';
import { resolveTemplate } from '../../../src/mapping/key/key-template.js';
import type { ResolvedColumn, ResolvedTemplate } from '../../../src/mapping/template.js';
import type { ColumnType } from '../../../src/source/source-schema.js';

/** Types of the columns that the mapping tests speak of; a row's cells are in this order. */
export const TYPES = {
  id: { kind: 'integer', bits: 64, unsigned: false },
  name: { kind: 'text', maxLength: null, padded: false },
  code: { kind: 'text', maxLength: 3, padded: true },
  total: { kind: 'decimal', precision: 6, scale: 2 },
  anything: { kind: 'decimal', precision: null, scale: null },
  paid: { kind: 'boolean' },
  mood: { kind: 'enum', labels: ['sad', 'ok', 'happy'] },
  day: { kind: 'date' },
  at: { kind: 'timestamp', zone: true },
  doc: { kind: 'json' },
  span: { kind: 'textual' },
  price: { kind: 'undecided', why: 'money has no text of its own' },
} as const satisfies { readonly [name: string]: ColumnType };

export type Name = keyof typeof TYPES;
export const NAMES = Object.keys(TYPES) as Name[];

export function column(name: Name): ResolvedColumn {
  const type: ColumnType = TYPES[name];
  const described = { name, nativeType: `native ${type.kind}`, type, nullable: true, generated: false };
  return { cell: NAMES.indexOf(name), path: '', column: described, keyType: type };
}

export const lookup: ColumnLookup = (path, name) =>
  path === '' && name in TYPES
    ? column(name as Name)
    : { problem: `there is no column ${name}`, fix: 'Did you mean id?' };

/** A template that must resolve. */
export function template(text: string, role: TemplateRole): ResolvedTemplate {
  const resolution = resolveTemplate(text, lookup, role);
  if (resolution.template === null) throw new Error(JSON.stringify(resolution.problems));
  return resolution.template;
}

/** A row with these cells; all others are NULL. */
export function row(cells: { readonly [name in Name]?: string }): (string | null)[] {
  return NAMES.map((name) => cells[name] ?? null);
}
