import { describe, expect, it } from 'vitest';
import { isPlainText, jsonText, textBytes } from '../../../src/item/json-text.js';

const long = 'x'.repeat(30);

describe('text as JSON', () => {
  it.each(['', 'plain', '"', '\\', '\n', '\u0000', '\u001f', '\u007f', 'é', '€', '\u{1f600}', '\u2028'])(
    'is what JSON.stringify writes, alone and within a long text: %j',
    (text) => {
      for (const whole of [text, long + text, text + long]) {
        expect(jsonText(whole)).toBe(JSON.stringify(whole));
        expect(textBytes(whole)).toBe(Buffer.byteLength(whole));
      }
    },
  );

  it('is plain only when it is printable ASCII that needs no escaping', () => {
    for (let code = 0; code < 300; code += 1) {
      const text = String.fromCharCode(code);
      const plain = JSON.stringify(text) === `"${text}"` && code < 127;
      expect([isPlainText(text), isPlainText(long + text)]).toEqual([plain, plain]);
    }
  });

  it('escapes half of a surrogate pair, which UTF-8 cannot hold', () => {
    expect(jsonText('\ud800')).toBe('"\\ud800"');
  });
});
