import { distance } from 'fastest-levenshtein';

/** The one of `names` that `word` was probably meant to be, or null: "did you mean". */
export function nearest(word: string, names: Iterable<string>): string | null {
  const folded = word.toLowerCase();
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const name of names) {
    const gap = distance(folded, name.toLowerCase());
    if (gap < bestDistance) {
      best = name;
      bestDistance = gap;
    }
  }
  return best;
}
