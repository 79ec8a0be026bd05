import type { KeyAttribute } from '../../item/key-attribute.js';
import type { SortCondition } from '../mapping.js';
import type { ResolvedTemplate } from '../template.js';
import { type Alignment, align, type PatternToken, patternTokens } from './align.js';
import { type ComponentParameter, componentParameter } from './component-parameter.js';
import type { KeyCondition, PartitionPlan, SortPlan, Values } from './key-plan.js';
import { type Bound, sortBounds } from './sort-bounds.js';
import { behindComponent, rangeBetween, type SortRange } from './sort-range.js';

/** A pattern's template on one copy's. */
interface Laid {
  readonly tokens: readonly PatternToken[];
  readonly alignment: Alignment;
  /** For each placeholder of the pattern. */
  readonly parameters: readonly ComponentParameter[];
}

/** Renders a laid template with values, once for every shard that has none. */
type Render = (laid: Laid) => readonly string[];

/** The partition key that a pattern's template makes of a copy's; null where it does not lie on it. */
export function planPartition(text: string, template: ResolvedTemplate, name: string): PartitionPlan | null {
  const laid = lay(text, template, 'partition', false);
  if (laid === null) return null;
  return {
    parameters: namedParameters(laid),
    ask: (values) => renderLaid(laid, values).map((value) => [{ name, type: 'S', value }]),
  };
}

/** What the sort key has to be; null where the pattern does not lie on the copy's, or there is none to lie on. */
export function planSort(
  sk: SortCondition | undefined,
  template: ResolvedTemplate | null,
  name: string | null,
): SortPlan | null {
  const bounds = sortBounds(sk);
  if (bounds.kind === 'any') return { parameters: [], ask: () => [[]] };
  if (template === null || name === null) return null;
  const key: KeyAttribute = { name, type: 'S' };
  const done = (laid: readonly Laid[], ranges: (render: Render) => readonly SortRange[]): SortPlan => ({
    parameters: laid.flatMap(namedParameters),
    ask: (values) =>
      ranges((one) => renderLaid(one, values)).map((range): readonly KeyCondition[] => [
        { ...key, ...range },
      ]),
  });
  if (bounds.kind !== 'range') {
    const laid = lay(bounds.text, template, 'sort', bounds.kind === 'beginsWith');
    if (laid === null) return null;
    return done([laid], (render) =>
      render(laid).map((text) =>
        bounds.kind === 'equals' || isWhole(laid)
          ? { kind: 'equals', value: text }
          : { kind: 'beginsWith', value: text + (endsWithComponent(laid) ? laid.alignment.tail : '') },
      ),
    );
  }
  const from = layBound(bounds.from, template);
  const to = layBound(bounds.to, template);
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

function namedParameters({ tokens, parameters }: Laid): PartitionPlan['parameters'] {
  const names = tokens.flatMap((token) => (typeof token === 'string' ? [] : token.name));
  return parameters.map((parameter, index) => [names[index] ?? '', parameter]);
}

function renderLaid({ tokens, parameters }: Laid, values: Values): readonly string[] {
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
  values: Values,
): readonly string[] {
  const value = values.get(name);
  if (value === undefined && parameter !== undefined && parameter.shards !== null)
    return parameter.everyShard();
  const text = value === undefined ? undefined : parameter?.encode(value);
  if (text === undefined || text === null) throw new TypeError(`${name} has no value that fits`);
  return [text];
}
