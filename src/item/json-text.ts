/**
 * Printable ASCII without `"` and `\`: its JSON string is itself in quotes, and a character is a byte. A
 * test with this and plain concatenation is faster than `JSON.stringify` and `Buffer.byteLength`.
 */
const PLAIN = /^[ !#-[\]-~]*$/;

/** Below this many characters a loop is faster than calling the regular expression. */
const SHORT = 24;

/** The text needs no escaping in JSON and is as many bytes of UTF-8 as it is characters. */
export function isPlainText(text: string): boolean {
  if (text.length > SHORT) return PLAIN.test(text);
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code < 32 || code > 126 || code === 34 || code === 92) return false;
  }
  return true;
}

/** The text as a JSON string, quotes included. Lone surrogates, which UTF-8 cannot hold, come out escaped. */
export function jsonText(text: string): string {
  return isPlainText(text) ? `"${text}"` : JSON.stringify(text);
}

/** Bytes of the text in UTF-8. */
export function textBytes(text: string): number {
  return isPlainText(text) ? text.length : Buffer.byteLength(text);
}
