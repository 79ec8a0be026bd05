import { type Alignment, align, patternTokens } from '../access/align.js';
import type { TemplateTexts } from '../access/pattern-keys.js';
import { sortTexts } from '../access/sort-bounds.js';
import { keyComponent } from '../compile/compile-template.js';
import { SEPARATORS } from '../key/key-template.js';
import { chainTransforms, isChain } from '../key/transform-chain.js';
import type { DocumentPath } from '../problem.js';
import type { ProblemList } from '../problem-list.js';
import type { ResolvedPart, ResolvedTemplate } from '../template.js';

/** A copy whose keys a pattern lies on: those of the table or of the index that it asks. */
export interface Served {
  readonly entity: string;
  readonly copy: string;
  readonly pk: ResolvedTemplate;
  readonly sk: ResolvedTemplate | null;
}

type Component = Extract<ResolvedPart, { kind: 'column' }>;

/** Literal text in the place of a value: it has to be written as keys write that value. */
export function checkLiterals(
  pattern: TemplateTexts,
  at: DocumentPath,
  served: readonly Served[],
  problems: ProblemList,
): void {
  const begins = typeof pattern.sk === 'object' && 'beginsWith' in pattern.sk;
  const whole = typeof pattern.sk === 'string';
  for (const copy of served) {
    check(pattern.pk, copy.pk, 'partition', [...at, 'pk'], true);
    for (const [path, text] of copy.sk === null ? [] : sortTexts(pattern.sk)) {
      check(text, copy.sk, 'sort', [...at, 'sk', ...path], whole);
    }
  }

  function check(
    text: string,
    template: ResolvedTemplate | null,
    role: 'partition' | 'sort',
    path: DocumentPath,
    complete: boolean,
  ): void {
    const laid = template === null ? null : align(patternTokens(text), template, !complete);
    for (const [position, value] of laid?.texts ?? []) {
      const part = template?.parts[position];
      if (part?.kind !== 'column' || problems.all.some((known) => known.path === path)) continue;
      if (position !== laid?.cut) checkValue(part, value, role, path);
      else if (begins) checkCut(part, value, path);
    }
  }

  function checkValue(part: Component, value: string, role: 'partition' | 'sort', path: DocumentPath): void {
    if (isWritten(part, value, role)) return;
    const { name, nativeType } = part.column.column;
    const message = `no key has ${value} in the place of ${name} (${nativeType}): ${role} keys do not write it so`;
    const fix = `Write a parameter, {${name}}, whose value is encoded as keys are.`;
    problems.warning(path, 'PATTERN_VALUE', message, fix);
  }

  function checkCut(part: Component, value: string, path: DocumentPath): void {
    if (isDeliberate(part, value)) return;
    const { name, nativeType } = part.column.column;
    const message = `it ends within ${name} (${nativeType}): it finds what is written ${value}…, and not only ${value}`;
    const fix = `Write a parameter, {${name}}: it is a whole value, encoded as keys are.`;
    problems.warning(path, 'PATTERN_PREFIX', message, fix);
  }
}

/** A prefix that ends in the middle of a word of one copy's keys, and begins another word as well. */
export function checkPrefix(
  { sk }: TemplateTexts,
  at: DocumentPath,
  served: readonly Served[],
  problems: ProblemList,
): void {
  if (typeof sk !== 'object' || !('beginsWith' in sk)) return;
  const tokens = patternTokens(sk.beginsWith);
  const last = tokens.at(-1);
  if (typeof last !== 'string' || SEPARATORS.includes(last)) return;
  const words = new Map<string, string>();
  for (const { entity, copy, sk: template } of served) {
    const laid = template === null ? null : align(tokens, template, true);
    if (laid !== null) words.set(restOfWord(laid), `${entity}.${copy}`);
  }
  const cut = [...words.keys()].filter((rest) => rest !== '');
  if (cut.length === 0 || words.size === 1) return;
  const found = [...words].map(([rest, copy]) => `${sk.beginsWith}${rest} (${copy})`).join(' and ');
  const path = [...at, 'sk', 'beginsWith'];
  const fix = 'End it with the separator behind the word, such as #.';
  problems.warning(path, 'PATTERN_PREFIX', `it ends in the middle of a word, and finds ${found}`, fix);
}

/** What stands before the next separator; nothing where the prefix ends before one or within a value. */
function restOfWord({ tail, cut }: Alignment): string {
  if (cut !== null) return '';
  const end = [...tail].findIndex((character) => SEPARATORS.includes(character));
  return end < 0 ? tail : tail.slice(0, end);
}

function isWritten(part: Component, value: string, role: 'partition' | 'sort'): boolean {
  const { keyType } = part.column;
  const read = keyComponent(part, role).codec.decode(value);
  if (keyType.kind === 'enum' && part.transforms.length === 0 && read !== null) {
    return keyType.labels.includes(read);
  }
  return read !== null;
}

/** Years, months, days, hours, minutes and seconds are units that people ask by. */
const UNITS_OF_DATE = /^\d{4}(-\d\d){0,2}$|^\d{4}-\d\d-\d\dT\d\d(:\d\d){0,2}$/;
const UNITS_OF_TIME = /^\d\d(:\d\d){0,2}$/;

/** A beginning that somebody may well ask for: of a name, or all of a year. */
function isDeliberate({ column, transforms }: Component, value: string): boolean {
  const chain = chainTransforms(column.keyType, transforms);
  if (!isChain(chain) || chain.writing.descending === true) return false;
  switch (chain.type.kind) {
    case 'integer':
    case 'decimal':
    case 'float':
    case 'boolean':
    case 'enum':
      return false;
    case 'uuid':
    case 'bytes':
      return true;
    default:
      if (!/\d$/.test(value)) return true;
      if (column.keyType.kind === 'time') return UNITS_OF_TIME.test(value);
      return /^(date|timestamp)$/.test(column.keyType.kind) && UNITS_OF_DATE.test(value);
  }
}
