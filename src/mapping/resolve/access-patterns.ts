import { isOverAttributes } from '../../item/key-attribute.js';
import { nearest } from '../../support/nearest.js';
import { align, patternTokens } from '../access/align.js';
import { rangeProblem, sortBounds, sortTexts } from '../access/sort-bounds.js';
import { parseTemplate } from '../key/key-template.js';
import type { AccessPattern } from '../mapping.js';
import type { ProblemCode } from '../problem-codes.js';
import { type ProblemList, suggestion } from '../problem-list.js';
import type { ResolvedEntity, ResolvedTable } from '../resolved-mapping.js';
import type { ResolvedTemplate } from '../template.js';
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
  for (const [name, pattern] of Object.entries(patterns)) {
    const at = ['accessPatterns', name];
    if (!checkNames(pattern, at, context) || !complete) continue;
    const served = servedBy(pattern, context);
    for (const { entity, copy } of served) read.add(`${entity}.${copy}`);
    const wanted = served.filter(({ entity }) => pattern.returns === undefined || entity === pattern.returns);
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
    const others = served.filter((copy) => !wanted.includes(copy));
    checkLiterals(pattern, at, wanted, problems);
    if (others.length === 0) checkPrefix(pattern, at, served, problems);
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
  { query, pk, sk, returns }: AccessPattern,
  at: readonly string[],
  { table, names, problems }: PatternContext,
): boolean {
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
  if (index !== undefined && isOverAttributes(index)) {
    const message = `${query} is keyed by attributes of the items, and a pattern has templates`;
    const fix = 'Ask it from the application, or give the index keys that copies make from templates.';
    report('query', 'PATTERN_INDEX', message, fix);
    return sound;
  }
  if (index?.sortKey === null && sk !== undefined) {
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
  const range = rangeProblem(sk);
  if (range !== null) report('sk', 'PATTERN_RANGE', range.message, range.fix);
  const texts = [
    [[...at, 'pk'], pk],
    ...sortTexts(sk).map(([path, text]) => [[...at, 'sk', ...path], text] as const),
  ] as const;
  for (const [path, text] of texts) {
    for (const { severity, code, message, fix, offset } of parseTemplate(text).problems) {
      problems[severity](path, code, message, fix, offset);
      sound = false;
    }
  }
  return sound;
}

function servedBy(pattern: AccessPattern, { entities }: PatternContext): readonly Served[] {
  const pk = patternTokens(pattern.pk);
  return entities.flatMap((entity) =>
    entity.copies.flatMap((copy): readonly Served[] => {
      const keys =
        pattern.query === 'table' ? copy : copy.indexes.find(({ index }) => index.name === pattern.query);
      if (keys === undefined || align(pk, keys.pk, false) === null) return [];
      if (!sortServes(pattern.sk, keys.sk)) return [];
      return [{ entity: entity.name, copy: copy.name, pk: keys.pk, sk: keys.sk }];
    }),
  );
}

function sortServes(sk: AccessPattern['sk'], template: ResolvedTemplate | null): boolean {
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
