/** An attribute value in DynamoDB's JSON: exactly one of S, N, B, BOOL, NULL, L, M, SS, NS, BS. */
export type WireValue = { readonly [type: string]: unknown };
/** An item in DynamoDB's JSON: attribute name → value. */
export type WireItem = { readonly [attribute: string]: WireValue };

/** The type of a value and what is in it. Throws on what is no attribute value. */
export function typeOf(value: WireValue): readonly [type: string, content: unknown] {
  for (const type in value) return [type, value[type]];
  throw new TypeError('an attribute value without a type');
}
