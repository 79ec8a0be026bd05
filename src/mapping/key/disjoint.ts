import { keyComponent } from '../compile/compile-template.js';
import type { ResolvedTemplate } from '../template.js';
import type { KeyCodec } from './key-codec.js';

/** A piece of a key between two separators: literals and components, in order. */
type Segment = readonly (string | KeyCodec)[];

/**
 * What all keys of a template have in common. Components hold no byte below 0x25, so every such byte in a
 * key comes from a literal: their sequence is the template's, and cuts its keys into the same segments.
 */
export interface KeyShape {
  readonly separators: string;
  readonly segments: readonly Segment[];
}

const FIRST_OF_COMPONENT = 0x25;

export function keyShape(template: ResolvedTemplate, role: 'partition' | 'sort'): KeyShape {
  let separators = '';
  let segment: (string | KeyCodec)[] = [];
  const segments = [segment];
  for (const part of template.parts) {
    if (part.kind === 'column') {
      segment.push(keyComponent(part, role).codec);
      continue;
    }
    for (const char of part.text) {
      if ((char.codePointAt(0) ?? 0) < FIRST_OF_COMPONENT) {
        separators += char;
        segment = [];
        segments.push(segment);
      } else {
        const last = segment.at(-1);
        if (typeof last === 'string') segment[segment.length - 1] = last + char;
        else segment.push(char);
      }
    }
  }
  return { separators, segments };
}

/** No key of the one is ever a key of the other. False means: not proved. */
export function areDisjoint(one: KeyShape, other: KeyShape): boolean {
  if (one.separators !== other.separators) return true;
  return one.segments.some((segment, at) => segmentsDiffer(segment, other.segments[at] ?? []));
}

function segmentsDiffer(one: Segment, other: Segment): boolean {
  const [a, b] = [boundsOf(one), boundsOf(other)];
  if (a.max < b.min || b.max < a.min) return true;
  if (!a.prefix.startsWith(b.prefix) && !b.prefix.startsWith(a.prefix)) return true;
  if (!a.suffix.endsWith(b.suffix) && !b.suffix.endsWith(a.suffix)) return true;
  return neverWrites(one, literalOf(other)) || neverWrites(other, literalOf(one));
}

interface Bounds {
  /** Characters. */
  readonly min: number;
  readonly max: number;
  readonly prefix: string;
  readonly suffix: string;
}

function boundsOf(segment: Segment): Bounds {
  let min = 0;
  let max = 0;
  for (const piece of segment) {
    const widths = typeof piece === 'string' ? [piece.length] : widthsOf(piece);
    min += Math.min(...widths);
    max += Math.max(...widths);
  }
  const [first, last] = [segment[0], segment.at(-1)];
  return {
    min,
    max,
    prefix: typeof first === 'string' ? first : '',
    suffix: typeof last === 'string' ? last : '',
  };
}

/** The first character tells a fixed width: a digit, or the sign of a negative number. */
function widthsOf({ width }: KeyCodec): readonly number[] {
  return width === null ? [0, Number.POSITIVE_INFINITY] : [width('0', 0), width('-', 0), width('~', 0)];
}

/** The text of a segment without components. */
function literalOf(segment: Segment): string | null {
  if (segment.length === 0) return '';
  const [only, ...rest] = segment;
  return typeof only === 'string' && rest.length === 0 ? only : null;
}

/** The segment is one component between literals, and that component never makes `literal` complete. */
function neverWrites(segment: Segment, literal: string | null): boolean {
  const codecs = segment.filter((piece) => typeof piece !== 'string');
  const [codec] = codecs;
  if (literal === null || codec === undefined || codecs.length > 1) return false;
  const { prefix, suffix } = boundsOf(segment);
  if (literal.length < prefix.length + suffix.length) return true;
  return codec.decode(literal.slice(prefix.length, literal.length - suffix.length)) === null;
}
