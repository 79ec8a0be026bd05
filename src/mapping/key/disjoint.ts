import { keyComponent } from '../compile/compile-template.js';
import type { ResolvedTemplate } from '../template.js';
import { FIRST_OF_COMPONENT, type KeyCodec } from './key-codec.js';

/** A piece of a key between two separators. */
interface Segment {
  /** The components between its literals, in order. */
  readonly codecs: readonly KeyCodec[];
  /** Characters. */
  readonly min: number;
  readonly max: number;
  /** The literals that it begins and ends with. */
  readonly prefix: string;
  readonly suffix: string;
  /** All of its text, where it has no component. */
  readonly literal: string | null;
}

/**
 * What all keys of a template have in common. The separators in a key come from its literals: their
 * sequence is the template's, and cuts its keys into the same segments.
 */
export interface KeyShape {
  readonly separators: string;
  readonly segments: readonly Segment[];
}

export function keyShape(template: ResolvedTemplate, role: 'partition' | 'sort'): KeyShape {
  let separators = '';
  let pieces: (string | KeyCodec)[] = [];
  const segments: Segment[] = [];
  for (const part of template.parts) {
    if (part.kind === 'column') {
      pieces.push(keyComponent(part, role).codec);
      continue;
    }
    for (const char of part.text) {
      if ((char.codePointAt(0) ?? 0) < FIRST_OF_COMPONENT) {
        separators += char;
        segments.push(segmentOf(pieces));
        pieces = [];
      } else {
        const last = pieces.at(-1);
        if (typeof last === 'string') pieces[pieces.length - 1] = last + char;
        else pieces.push(char);
      }
    }
  }
  return { separators, segments: [...segments, segmentOf(pieces)] };
}

/** Once for each template: every key is compared with all others. */
function segmentOf(pieces: readonly (string | KeyCodec)[]): Segment {
  let min = 0;
  let max = 0;
  for (const piece of pieces) {
    const widths = typeof piece === 'string' ? [piece.length] : widthsOf(piece);
    min += Math.min(...widths);
    max += Math.max(...widths);
  }
  const [first, last] = [pieces[0] ?? '', pieces.at(-1) ?? ''];
  return {
    codecs: pieces.filter((piece) => typeof piece !== 'string'),
    min,
    max,
    prefix: typeof first === 'string' ? first : '',
    suffix: typeof last === 'string' ? last : '',
    literal: pieces.length < 2 && typeof first === 'string' ? first : null,
  };
}

/** The first character tells a fixed width: a digit, or the sign of a negative number. */
function widthsOf({ width }: KeyCodec): readonly number[] {
  return width === null ? [0, Number.POSITIVE_INFINITY] : [width('0', 0), width('-', 0), width('~', 0)];
}

/** No key of the one is ever a key of the other. False means: not proved. */
export function areDisjoint(one: KeyShape, other: KeyShape): boolean {
  if (one.separators !== other.separators) return true;
  for (const [at, segment] of one.segments.entries()) {
    const opposite = other.segments[at];
    if (opposite !== undefined && segmentsDiffer(segment, opposite)) return true;
  }
  return false;
}

function segmentsDiffer(a: Segment, b: Segment): boolean {
  if (a.max < b.min || b.max < a.min) return true;
  if (!a.prefix.startsWith(b.prefix) && !b.prefix.startsWith(a.prefix)) return true;
  if (!a.suffix.endsWith(b.suffix) && !b.suffix.endsWith(a.suffix)) return true;
  return neverWrites(a, b.literal) || neverWrites(b, a.literal);
}

/** The segment is one component between literals, and that component never makes `literal` complete. */
function neverWrites({ codecs, prefix, suffix }: Segment, literal: string | null): boolean {
  const [codec] = codecs;
  if (literal === null || codec === undefined || codecs.length > 1) return false;
  if (literal.length < prefix.length + suffix.length) return true;
  return codec.decode(literal.slice(prefix.length, literal.length - suffix.length)) === null;
}
