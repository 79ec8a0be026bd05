/** A reply's share of unprocessed items counts this much in the mean of late. */
const WEIGHT = 1 / 16;
/** Above this mean share the rate is far off, and the limit is measured; below it the rate is corrected. */
const FAR_OFF = 0.15;
/** The limit is measured over at least this long, in milliseconds, and over so many replies. */
const MEASURE = { ms: 200, replies: 6 };
/** A throttle after so long without one begins a measurement of its own. */
const EPISODE = { ms: 1_000, replies: 8 };
/** What a throttled reply takes off the rate, and another adds: one in a hundred is throttled. */
const CORRECTION = { perReply: 0.01, perSecond: 0.03 };
const GROWTH = { perReply: 0.000_1, perSecond: 0.003 };
/** After a measurement, which may have found too little, until the next throttle. */
const SEARCH = { perReply: 0.000_5, perSecond: 0.006 };
/** So long without a throttle, the table has grown: faster by so much for every second that it lasts. */
const QUIET = { ms: 60_000, replies: 300, growth: 0.001, fastest: 0.05 };
/** Corrections do not go below this share of what was just acknowledged: that much the table does take. */
const PROVEN = 0.95;
const PROOF = { ms: 1_000, replies: 8 };
/** The limit is looked for anew at most so often. */
const FORGIVE_MS = 5_000;

interface Tally {
  readonly from: number;
  units: number;
  replies: number;
}

/**
 * Finds the units a second that a table takes, from nothing but its replies.
 *
 * A table that throttles takes exactly what it has: what it acknowledges from the first throttle on is its
 * limit, and the rate goes there. Around the limit the rate is corrected by each reply, up a little by one
 * that took everything, down a hundred times that by one that did not: so it stays where about one reply in
 * a hundred is throttled. A table that has grown (savings, on-demand growth, auto-scaling) stays quiet, and
 * is tried faster and faster.
 */
export class FoundLimit {
  #rate: number;
  /** Mean share of items that replies left. */
  #share = 0;
  #searching = false;
  #repliedAt = 0;
  #correctedAt = 0;
  /** Since the first throttle of this episode. */
  #episode: Tally = { from: 0, units: 0, replies: 0 };
  /** Since the last throttle. */
  #quiet: Tally = { from: Number.NEGATIVE_INFINITY, units: 0, replies: EPISODE.replies };
  #proof: Tally = { from: 0, units: 0, replies: 0 };
  /** Units a second that were acknowledged in the last proof. */
  #proven = 0;
  #forgivenAt = Number.NEGATIVE_INFINITY;

  /** `first`: units a second to begin with. Default: as many as are asked for, until the first throttle. */
  constructor(first = Number.POSITIVE_INFINITY) {
    this.#rate = first;
  }

  /** Units a second; `Infinity` before the first throttle. */
  get rate(): number {
    return this.#rate;
  }

  /**
   * One reply: the units that it acknowledged, and which share of its items it left for want of capacity.
   * `now` in milliseconds, never going back. `corrected`: it was throttled at about the limit; `far`: far above it.
   */
  replied(units: number, leftShare: number, now: number): 'taken' | 'corrected' | 'far' {
    this.#share += (leftShare - this.#share) * WEIGHT;
    this.#prove(units, now);
    this.#episode.units += units;
    this.#episode.replies += 1;
    const far = this.#share > FAR_OFF || this.#rate === Number.POSITIVE_INFINITY;
    if (leftShare > 0) this.#throttled(far, now);
    else this.#grow(now);
    this.#repliedAt = now;
    if (leftShare === 0) return 'taken';
    return far ? 'far' : 'corrected';
  }

  /** The throttles of late were no want of the table's capacity: the limit is looked for anew. */
  forgive(now: number): void {
    if (now - this.#forgivenAt < FORGIVE_MS) return;
    this.#forgivenAt = now;
    this.#rate = Number.POSITIVE_INFINITY;
    this.#share = 0;
    this.#quiet = { from: Number.NEGATIVE_INFINITY, units: 0, replies: EPISODE.replies };
  }

  #prove(units: number, now: number): void {
    const proof = this.#proof;
    proof.units += units;
    proof.replies += 1;
    if (now - proof.from < PROOF.ms || proof.replies < PROOF.replies) return;
    this.#proven = (proof.units / (now - proof.from)) * 1000;
    this.#proof = { from: now, units: 0, replies: 0 };
  }

  #throttled(far: boolean, now: number): void {
    if (now - this.#quiet.from > EPISODE.ms && this.#quiet.replies >= EPISODE.replies) {
      this.#episode = { from: now, units: 0, replies: 0 };
    }
    this.#quiet = { from: now, units: 0, replies: 0 };
    const { from, units, replies } = this.#episode;
    if (far) {
      if (now - from < MEASURE.ms || replies < MEASURE.replies) return;
      this.#rate = Math.min(this.#rate, Math.max(1, (units / (now - from)) * 1000));
      this.#searching = true;
    } else {
      const seconds = Math.min(1, (now - this.#correctedAt) / 1000);
      const correction = Math.min(CORRECTION.perReply, CORRECTION.perSecond * seconds);
      this.#rate = Math.min(this.#rate, Math.max(1, this.#rate * (1 - correction), this.#proven * PROVEN));
      this.#correctedAt = now;
      this.#searching = false;
    }
  }

  #grow(now: number): void {
    this.#quiet.replies += 1;
    if (this.#rate === Number.POSITIVE_INFINITY) return;
    const seconds = Math.min(1, (now - this.#repliedAt) / 1000);
    const quiet = (now - this.#quiet.from - QUIET.ms) / 1000;
    const { perReply, perSecond } = this.#searching ? SEARCH : GROWTH;
    const growth =
      quiet > 0 && this.#quiet.replies > QUIET.replies
        ? Math.min(QUIET.fastest, perSecond + quiet * QUIET.growth) * seconds
        : Math.min(perSecond * seconds, perReply);
    this.#rate *= 1 + growth;
  }
}
