import type { Cell } from './source.js';

/** A cell for people and for judging: what is no UTF-8 becomes U+FFFD. */
export function textOf(cell: Cell): string | null {
  return cell === null ? null : cell.toString();
}
