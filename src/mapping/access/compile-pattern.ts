import type { AccessPattern } from '../mapping.js';
import type { ResolvedCopy, ResolvedIndex, ResolvedMapping, ResolvedTable } from '../resolved-mapping.js';
import type { ResolvedTemplate } from '../template.js';
import { type Alignment, align, type PatternToken, patternTokens } from './align.js';
import { type ComponentParameter, componentParameter } from './component-parameter.js';
import { type Bound, sortBounds } from './sort-bounds.js';
import { behindComponent, rangeBetween, type SortRange } from './sort-range.js';

/** A pattern laid on the copies that serve it: which parameters it takes, and which keys they make. */
export interface CompiledPattern {
  readonly name: string;
  readonly index: ResolvedIndex | null;
  readonly descending: boolean;
  readonly limit: number | null;
  readonly parameters: readonly PatternParameter[];
  /** `Order.byCustomer` */
  readonly copies: readonly string[];
  /** The queries that answer it; several for shards. Every parameter that is not optional has a value. */
  readonly targets: (values: ReadonlyMap<string, string>) => Targets;
}

export interface PatternParameter {
  readonly name: string;
  /** `a whole number of 64 bits` */
  readonly expects: string;
  /** Column it becomes a part of the key for, with its type: `customer_id (bigint)`. */
  readonly column: string;
  /** A shard: all are asked where it is not given. */
  readonly optional: boolean;
}

export type Targets =
  | { readonly kind: 'targets'; readonly targets: readonly Target[] }
  | { readonly kind: 'misfit'; readonly parameter: PatternParameter; readonly value: string };

/** One Query: a partition, and what its sort keys have to be. */
export interface Target {
  readonly partition: string;
  readonly sort: SortRange | null;
}

/** A pattern's template on one copy's. */
interface Laid {
  readonly tokens: readonly PatternToken[];
  readonly alignment: Alignment;
  /** For each placeholder of the pattern. */
  readonly parameters: readonly ComponentParameter[];
}

/** Renders a laid template with values, once for every shard that has none. */
type Render = (laid: Laid) => readonly string[];

interface Served {
  readonly copy: string;
  readonly laid: readonly Laid[];
  readonly targets: (render: Render) => readonly Target[];
}

/** Null when no copy serves the pattern. */
export function compilePattern(
  name: string,
  pattern: AccessPattern,
  { table, entities }: ResolvedMapping,
): CompiledPattern | null {
  const served = entities
    .filter((entity) => pattern.returns === undefined || entity.name === pattern.returns)
    .flatMap((entity) => entity.copies.flatMap((copy) => serve(pattern, entity.name, copy) ?? []));
  if (served.length === 0) return null;
  const parameters = parametersOf(served);
  return {
    name,
    index: indexOf(pattern, table),
    descending: pattern.descending ?? false,
    limit: pattern.limit ?? null,
    parameters,
    copies: served.map(({ copy }) => copy),
    targets(values) {
      const fitting = served.filter((copy) => misfitOf(copy, values) === null);
      const [first] = served;
      const parameter = parameters.find(
        ({ name }) => first !== undefined && name === misfitOf(first, values),
      );
      if (fitting.length === 0 && parameter !== undefined) {
        return { kind: 'misfit', parameter, value: values.get(parameter.name) ?? '' };
      }
      const targets = fitting.flatMap((copy) => copy.targets((laid) => renderLaid(laid, values)));
      const different = new Map(targets.map((target) => [JSON.stringify(target), target]));
      return { kind: 'targets', targets: [...different.values()] };
    },
  };
}

function indexOf({ query }: AccessPattern, table: ResolvedTable): ResolvedIndex | null {
  return query === 'table' ? null : (table.indexes.find((index) => index.name === query) ?? null);
}

function serve(pattern: AccessPattern, entity: string, copy: ResolvedCopy): Served | null {
  const keys =
    pattern.query === 'table' ? copy : copy.indexes.find(({ index }) => index.name === pattern.query);
  if (keys === undefined) return null;
  const pk = lay(pattern.pk, keys.pk, 'partition', false);
  if (pk === null) return null;
  const name = `${entity}.${copy.name}`;
  const bounds = sortBounds(pattern.sk);
  const done = (laid: readonly Laid[], sorts: (render: Render) => readonly (SortRange | null)[]): Served => ({
    copy: name,
    laid: [pk, ...laid],
    targets: (render) =>
      render(pk).flatMap((partition) => sorts(render).map((sort) => ({ partition, sort }))),
  });
  if (bounds.kind === 'any') return done([], () => [null]);
  const { sk } = keys;
  if (sk === null) return null;
  if (bounds.kind !== 'range') {
    const laid = lay(bounds.text, sk, 'sort', bounds.kind === 'beginsWith');
    if (laid === null) return null;
    return done([laid], (render) =>
      render(laid).map((text) =>
        bounds.kind === 'equals' || isWhole(laid)
          ? { kind: 'equals', value: text }
          : { kind: 'beginsWith', value: text + (endsWithComponent(laid) ? laid.alignment.tail : '') },
      ),
    );
  }
  const from = layBound(bounds.from, sk);
  const to = layBound(bounds.to, sk);
  if (from === undefined || to === undefined) return null;
  return done([from?.laid ?? [], to?.laid ?? []].flat(), (render) => {
    const least = from === null ? null : { ...edge(from.laid, render), included: from.included };
    const most = to === null ? null : { ...edge(to.laid, render), included: to.included };
    // Bounds are of values: in a descending component the greatest comes first.
    const turned = (from ?? to)?.laid.parameters.at(-1)?.descending === true;
    const range = rangeBetween(turned ? most : least, turned ? least : most);
    return range === null ? [] : [range];
  });
}

/** Undefined where the bound does not lie on the copy; null where there is none. */
function layBound(
  bound: Bound | null,
  sk: ResolvedTemplate,
): { readonly laid: Laid; readonly included: boolean } | null | undefined {
  if (bound === null) return null;
  const laid = lay(bound.text, sk, 'sort', true);
  return laid === null ? undefined : { laid, included: bound.included };
}

/** The text of a bound, what of it stands before its last component, and the text behind all that have it. */
function edge(laid: Laid, render: Render) {
  const value = render(laid)[0] ?? '';
  if (!endsWithComponent(laid)) return { value, scope: '', behind: null };
  const scope = render({ ...laid, tokens: laid.tokens.slice(0, -1) })[0] ?? '';
  return { value, scope, behind: behindComponent(value, laid.alignment) };
}

function lay(
  text: string,
  template: ResolvedTemplate,
  role: 'partition' | 'sort',
  prefix: boolean,
): Laid | null {
  const tokens = patternTokens(text);
  const alignment = align(tokens, template, prefix);
  if (alignment === null) return null;
  const placeholders = tokens.filter((token) => typeof token !== 'string');
  const parameters = placeholders.map((placeholder, index) => {
    const part = template.parts[alignment.parts[index] ?? -1];
    if (part?.kind !== 'column') throw new TypeError(`${placeholder.name} was laid on a literal`);
    return componentParameter(part, role, placeholder.transforms);
  });
  return { tokens, alignment, parameters };
}

function endsWithComponent({ tokens }: Laid): boolean {
  return typeof tokens.at(-1) === 'object';
}

/** The pattern says all of the sort key: what begins with it is it. */
function isWhole(laid: Laid): boolean {
  return laid.alignment.complete && endsWithComponent(laid);
}

function parametersOf(served: readonly Served[]): readonly PatternParameter[] {
  const found = new Map<string, PatternParameter>();
  for (const { tokens, parameters } of served.flatMap(({ laid }) => laid)) {
    const names = tokens.filter((token) => typeof token !== 'string').map((token) => token.name);
    for (const [index, name] of names.entries()) {
      const parameter = parameters[index];
      if (parameter === undefined || found.has(name)) continue;
      const { expects, column, shards } = parameter;
      found.set(name, { name, expects, column, optional: shards !== null });
    }
  }
  return [...found.values()];
}

/** The first parameter whose value is not one for its component. */
function misfitOf({ laid }: Served, values: ReadonlyMap<string, string>): string | null {
  for (const { tokens, parameters } of laid) {
    const names = tokens.filter((token) => typeof token !== 'string').map((token) => token.name);
    for (const [index, name] of names.entries()) {
      const value = values.get(name);
      if (value !== undefined && parameters[index]?.encode(value) === null) return name;
    }
  }
  return null;
}

function renderLaid({ tokens, parameters }: Laid, values: ReadonlyMap<string, string>): readonly string[] {
  let texts: readonly string[] = [''];
  let next = 0;
  for (const token of tokens) {
    const pieces = typeof token === 'string' ? [token] : piecesOf(token.name, parameters[next++], values);
    texts = texts.flatMap((text) => pieces.map((piece) => text + piece));
  }
  return texts;
}

function piecesOf(
  name: string,
  parameter: ComponentParameter | undefined,
  values: ReadonlyMap<string, string>,
): readonly string[] {
  const value = values.get(name);
  if (value === undefined && parameter !== undefined && parameter.shards !== null)
    return parameter.everyShard();
  const text = value === undefined ? undefined : parameter?.encode(value);
  if (text === undefined || text === null) throw new TypeError(`${name} has no value that fits`);
  return [text];
}
