/**
 * Components of a key are made of the characters from here on (docs/key-encoding.md): a character below, which separates
 * them, is always from a literal.
 */
export const FIRST_OF_COMPONENT = 0x25;

/**
 * Writes one value as a component of a key, so that the byte order of the texts is the order of the
 * values, and reads it back.
 */
export interface KeyCodec {
  /**
   * Characters of the component that starts at `from`, told by its first one; null where the width varies
   * with the value and a separator or the end follows. A component whose width is told is printable ASCII that
   * JSON does not escape.
   */
  readonly width: ((text: string, from: number) => number) | null;
  /** Null when the value does not fit. */
  encode(value: string): string | null;
  /** Canonical raw text of the value; null for what `encode` never writes. */
  decode(component: string): string | null;
}

export interface KeyWriting {
  /** Numbers plainly and enums by label, as everywhere in partition keys; order is lost. */
  readonly plain: boolean;
  readonly descending: boolean;
  /** Width set by `pad`: digits in all, and those behind the point. */
  readonly digits: { readonly precision: number; readonly scale: number } | null;
}
