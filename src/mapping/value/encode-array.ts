import { type ArrayElements, parseArrayLiteral } from './array-literal.js';
import { type EncodeValue, type Encoding, fail, writeNull } from './encode-value.js';

/** An array as L: NULL elements are the NULL type, dimensions are lists in lists. */
export function listEncoder(delimiter: string, elementAt: (level: number) => EncodeValue): EncodeValue {
  const encoders: EncodeValue[] = [];
  const write = (elements: ArrayElements, depth: number, into: Encoding): string => {
    encoders[depth] ??= elementAt(depth + 1);
    const encode = encoders[depth];
    into.bytes += 3 + elements.length;
    const values = elements.map((element) => {
      if (element === null) return writeNull(into);
      return typeof element === 'string' ? encode(element, into) : write(element, depth + 1, into);
    });
    return `{"L":[${values.join(',')}]}`;
  };
  return (cell, into) => {
    const elements = parseArrayLiteral(String(cell), delimiter);
    return elements === null ? malformed(into) : write(elements, 0, into);
  };
}

/**
 * An array as SS, NS or BS: order is given up and equal elements are one, which is what a set means. Empty:
 * no attribute. NULL elements and more dimensions have no place in a set.
 */
export function setEncoder(delimiter: string, type: 'SS' | 'NS' | 'BS', encode: EncodeValue): EncodeValue {
  return (cell, into) => {
    const elements = parseArrayLiteral(String(cell), delimiter);
    if (elements === null) return malformed(into);
    const contents = new Set<string>();
    for (const element of elements) {
      if (typeof element !== 'string') {
        return fail(into, 'VALUE_NOT_EXACT', 'a set holds no NULL and no arrays');
      }
      const before = into.bytes;
      const value = encode(element, into);
      const content = value.slice('{"S":'.length, -1);
      if (contents.has(content)) into.bytes = before;
      else contents.add(content);
    }
    return contents.size === 0 ? '' : `{"${type}":[${[...contents].join(',')}]}`;
  };
}

function malformed(into: Encoding): '' {
  return fail(into, 'VALUE_MALFORMED', 'the text is no array');
}
