/** How long the source may work on one page, in milliseconds: pt-online-schema-change's aim, too. */
export const PAGE_MS = 500;

/** What bounds the pages of an adapter, in rows. */
export interface PageBounds {
  /** Of a page, whatever is measured. */
  readonly most: number;
  /** A page holds at most so many times the rows of the one before it. */
  readonly growth: number;
}

/** A page that was read. */
export interface PageRead {
  readonly rows: number;
  readonly bytes: number;
  /** That the source took for it: not what the rows waited for afterwards. */
  readonly milliseconds: number;
}

/**
 * Rows to ask for next, at least one: as many as would have made `pageBytes`, and as many as the source would have
 * given in `PAGE_MS`. A source that is slow, or busy with others, so gets small questions, and its first long
 * answer (the sort before the first row) is made good for within a few pages.
 */
export function nextPageRows(read: PageRead, pageBytes: number, { most, growth }: PageBounds): number {
  const fitting = Math.floor((pageBytes * read.rows) / Math.max(read.bytes, 1));
  const inTime = Math.floor((PAGE_MS * read.rows) / Math.max(read.milliseconds, 1));
  return Math.max(1, Math.min(fitting, inTime, read.rows * growth, most));
}
