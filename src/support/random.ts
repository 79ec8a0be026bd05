/** Numbers from 0 to below 1 that a seed decides: mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A copy in an order that `random` decides, every order as likely as every other (Fisher and Yates). */
export function shuffled<Element>(list: readonly Element[], random: () => number): Element[] {
  const deck = [...list];
  for (let at = deck.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [deck[at], deck[other]] = [deck[other] as Element, deck[at] as Element]; // both are within
  }
  return deck;
}
