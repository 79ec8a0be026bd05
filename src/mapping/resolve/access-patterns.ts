import { isOverAttributes } from '../../item/key-attribute.js';
import { nearest } from '../../support/nearest.js';
import { align, type PatternToken, patternTokens } from '../access/align.js';
import { attributeTexts, isList, type TemplateTexts, templateTexts } from '../access/pattern-keys.js';
import { rangeProblem, sortBounds, sortTexts } from '../access/sort-bounds.js';
import { ByHead, headOf, headOfTemplate } from '../key/by-head.js';
import { parseTemplate } from '../key/key-template.js';
import type { AccessPattern, SortCondition } from '../mapping.js';
import type { DocumentPath } from '../problem.js';
import type { ProblemCode } from '../problem-codes.js';
import { type ProblemList, suggestion } from '../problem-list.js';
import type { ResolvedEntity, ResolvedIndex, ResolvedTable } from '../resolved-mapping.js';
import type { ResolvedTemplate } from '../template.js';
import { checkAttributeKeys, checkAttributeValues, servedByAttributes } from './attribute-patterns.js';
import { checkLiterals, checkPrefix, type Served } from './pattern-texts.js';

export interface PatternContext {
  readonly table: ResolvedTable;
  readonly entities: readonly ResolvedEntity[];
  /** Of all entities, also those that could not be resolved. */
  readonly names: readonly string[];
  readonly problems: ProblemList;
}

/** Compares the queries with the keys that copies have: by literals and structure, not by values. */
export function checkAccessPatterns(
  patterns: { readonly [name: string]: AccessPattern },
  context: PatternContext,
): void {
  const { entities, names, problems } = context;
  const complete = entities.length === names.length && !problems.failed;
  const read = new Set<string>();
  const keysOf = keysByHead(entities);
  for (const [name, pattern] of Object.entries(patterns)) {
    const at = ['accessPatterns', name];
    if (!checkNames(pattern, at, context) || !complete) continue;
    const index = attributeIndexOf(pattern, context.table);
    const texts = templateTexts(pattern);
    const byTemplates = index === null && texts !== null ? servedBy(texts, keysOf(pattern.query)) : [];
    const byAttributes = index === null ? [] : servedByAttributes(pattern, index, context.table, entities);
    const served = [...byTemplates, ...byAttributes];
    for (const { entity, copy } of served) read.add(`${entity}.${copy}`);
    const isWanted = ({ entity }: { readonly entity: string }) =>
      pattern.returns === undefined || entity === pattern.returns;
    const wanted = served.filter(isWanted);
    if (wanted.length === 0) {
      const what = pattern.returns === undefined ? 'no copy' : `no copy of ${pattern.returns}`;
      problems.warning(
        at,
        'PATTERN_UNSERVED',
        `${what} has such keys`,
        'Add a copy, or mend pk and sk.',
        'key',
      );
    }
    const others = served.filter((copy) => !isWanted(copy));
    checkAttributeValues(at, byAttributes.filter(isWanted), problems);
    if (texts !== null) checkLiterals(texts, at, byTemplates.filter(isWanted), problems);
    if (texts !== null && others.length === 0) checkPrefix(texts, at, byTemplates, problems);
    if (wanted.length > 0 && others.length > 0) {
      const list = others.map(({ entity, copy }) => `${entity}.${copy}`).join(', ');
      const message = `the same query finds ${list}, and not only ${pattern.returns}`;
      problems.warning(at, 'PATTERN_WIDE', message, 'Make sk more specific, or leave returns out.', 'key');
    }
  }
  if (!problems.failed && Object.keys(patterns).length > 0) warnUnread(entities, read, problems);
}

/** False when nothing more can be said about the pattern. */
function checkNames(
  pattern: AccessPattern,
  at: readonly string[],
  { table, names, problems }: PatternContext,
): boolean {
  const { query, returns } = pattern;
  const { partition, sort } = attributeTexts(pattern);
  let sound = true;
  const report = (key: string, code: ProblemCode, message: string, fix: string) => {
    problems.error([...at, key], code, message, fix);
    sound = false;
  };
  const index = table.indexes.find((candidate) => candidate.name === query);
  if (query !== 'table' && index === undefined) {
    const indexes = ['table', ...table.indexes.map((candidate) => candidate.name)];
    report(
      'query',
      'UNKNOWN_INDEX',
      `the table has no index ${query}`,
      suggestion(nearest(query, indexes), 'choices', indexes),
    );
  }
  const overAttributes = index !== undefined && isOverAttributes(index);
  for (const key of overAttributes ? [] : (['pk', 'sk'] as const)) {
    if (!isList(pattern[key])) continue;
    const message = `${query} has its ${key} from templates, and a list is of attributes`;
    report(key, 'PATTERN_INDEX', message, 'Write one template.');
  }
  if (!overAttributes && index?.sortKey === null && sort.length > 0) {
    report('sk', 'INDEX_KEY', `${query} has no sort key`, 'Remove sk.');
  }
  if (returns !== undefined && !names.includes(returns)) {
    report(
      'returns',
      'UNKNOWN_ENTITY',
      `there is no entity ${returns}`,
      suggestion(nearest(returns, names), 'entities', names),
    );
  }
  for (const condition of sort) {
    const range = rangeProblem(condition);
    if (range !== null) report('sk', 'PATTERN_RANGE', range.message, range.fix);
  }
  for (const [path, text] of textsOf(pattern)) {
    for (const { severity, code, message, fix, offset } of parseTemplate(text).problems) {
      problems[severity]([...at, ...path], code, message, fix, offset);
      sound = false;
    }
  }
  return sound && (!overAttributes || checkAttributeKeys(pattern, index, at, problems));

  function textsOf({ pk, sk }: AccessPattern): readonly (readonly [path: DocumentPath, text: string])[] {
    const place = (key: string, list: unknown, entry: number) => (isList(list) ? [key, entry] : [key]);
    return [
      ...partition.map((text, entry) => [place('pk', pk, entry), text] as const),
      ...sort.flatMap((condition, entry) =>
        sortTexts(condition).map(([path, text]) => [[...place('sk', sk, entry), ...path], text] as const),
      ),
    ];
  }
}

function attributeIndexOf({ query }: AccessPattern, { indexes }: ResolvedTable): ResolvedIndex | null {
  return indexes.find((index) => index.name === query && isOverAttributes(index)) ?? null;
}

/** The keys that copies have in the table or an index, laid out once for all patterns. */
function keysByHead(entities: readonly ResolvedEntity[]): (query: string) => ByHead<Served> {
  const made = new Map<string, ByHead<Served>>();
  return (query) => {
    const known = made.get(query);
    if (known !== undefined) return known;
    const keys = new ByHead<Served>();
    for (const { name, copies } of entities) {
      for (const copy of copies) {
        const held = query === 'table' ? copy : copy.indexes.find(({ index }) => index.name === query);
        if (held === undefined) continue;
        keys.add(headOfTemplate(held.pk), { entity: name, copy: copy.name, pk: held.pk, sk: held.sk });
      }
    }
    made.set(query, keys);
    return keys;
  };
}

function servedBy(texts: TemplateTexts, keys: ByHead<Served>): readonly Served[] {
  const pk = patternTokens(texts.pk);
  return keys
    .meeting(headOf(beginOf(pk)))
    .filter((of) => align(pk, of.pk, false) !== null && sortServes(texts.sk, of.sk));
}

/** The literal text that a pattern begins with. */
function beginOf(pattern: readonly PatternToken[]): string {
  const end = pattern.findIndex((token) => typeof token !== 'string');
  return pattern.slice(0, end < 0 ? pattern.length : end).join('');
}

function sortServes(sk: SortCondition | undefined, template: ResolvedTemplate | null): boolean {
  const bounds = sortBounds(sk);
  if (bounds.kind === 'any') return true;
  if (template === null) return false;
  if (bounds.kind === 'equals') return align(patternTokens(bounds.text), template, false) !== null;
  const prefixes = bounds.kind === 'range' ? [bounds.from, bounds.to] : [bounds];
  return prefixes.every(
    (prefix) => prefix === null || align(patternTokens(prefix.text), template, true) !== null,
  );
}

/** The primary copy is the entity itself; every other one costs a write for each row. */
function warnUnread(
  entities: readonly ResolvedEntity[],
  read: ReadonlySet<string>,
  problems: ProblemList,
): void {
  for (const entity of entities) {
    for (const { name } of entity.copies.slice(1)) {
      if (read.has(`${entity.name}.${name}`)) continue;
      const at = ['entities', entity.name, 'items', name];
      const fix = 'Write the access pattern that reads it, or remove the copy.';
      problems.warning(at, 'COPY_UNREAD', `no access pattern reads ${entity.name}.${name}`, fix, 'key');
    }
  }
}
