import type { DocumentPath, Locate, Place, Spot } from '../problem.js';

/** Where the parts of a document stand in its file, whatever the file's language. Offsets are from 0. */
export interface TextNode {
  /** Of the key, or of the element in a list. */
  readonly key: number;
  readonly value: number;
  /** Start of a text's characters, where the file has them exactly as the document does. */
  readonly verbatim: number | null;
  readonly children: ReadonlyMap<string, TextNode>;
}

/**
 * Places in `source`. What is not in the tree has the place of what is nearest above it. `read` makes the tree when the
 * first place is asked for: a document without problems needs none.
 */
export function locator(read: () => TextNode | null, source: string, file: string): Locate {
  let root: TextNode | null | undefined;
  return (path, spot = 'value') => {
    if (root === undefined) root = read();
    return root === null ? null : placeAt(offsetOf(root, path, spot), source, file);
  };
}

export function placeAt(offset: number, source: string, file: string): Place {
  const start = source.lastIndexOf('\n', offset - 1) + 1;
  const end = source.indexOf('\n', offset);
  const excerpt = source.slice(start, end < 0 ? source.length : end).replace(/\r$/, '');
  const line = source.slice(0, start).split('\n').length;
  return { file, line, column: offset - start + 1, excerpt };
}

function offsetOf(root: TextNode, path: DocumentPath, spot: Spot): number {
  let node = root;
  for (const key of path) {
    const child = node.children.get(String(key));
    if (child === undefined) return node.key;
    node = child;
  }
  if (spot === 'key') return node.key;
  if (spot === 'value' || node.verbatim === null) return node.children.size > 0 ? node.key : node.value;
  return node.verbatim + spot;
}
