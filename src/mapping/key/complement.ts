const HEX = '0123456789abcdef';

/** The nines' complement of every digit; other characters stay. Turns the order round at equal length. */
export function complementDigits(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    out += code >= 48 && code <= 57 ? HEX.charAt(57 - code) : text.charAt(i);
  }
  return out;
}

/** Fifteen minus every lower-case hex digit; other characters stay. */
export function complementNibbles(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; i += 1) {
    const value = HEX.indexOf(text.charAt(i));
    out += value < 0 ? text.charAt(i) : HEX.charAt(15 - value);
  }
  return out;
}
