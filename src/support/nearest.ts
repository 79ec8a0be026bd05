import { distance } from 'fastest-levenshtein';

/** The one of `names` that `word` was probably meant to be, or null: "did you mean". */
export function nearest(word: string, names: Iterable<string>): string | null {
  const folded = word.toLowerCase();
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const name of names) {
    const gap = slips(folded, name.toLowerCase());
    if (gap < bestDistance) {
      best = name;
      bestDistance = gap;
    }
  }
  return best;
}

/** Letters to add, to drop or to change; two neighbours in the wrong order are one slip, not two. */
function slips(word: string, name: string): number {
  const gap = distance(word, name);
  return gap === 2 && areSwapped(word, name) ? 1 : gap;
}

function areSwapped(word: string, name: string): boolean {
  if (word.length !== name.length) return false;
  let at = 0;
  while (word[at] === name[at]) at += 1;
  return word[at] === name[at + 1] && word[at + 1] === name[at] && word.slice(at + 2) === name.slice(at + 2);
}
