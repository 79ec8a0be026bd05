import type { EmbedQuery, EntityQuery } from './row-query.js';
import type { Row } from './source.js';

/** An embed, however deep: what is read of it is one stream of rows in a chunk. */
export interface EmbedPath {
  /** From the root's own embed down to the one that is read. */
  readonly embeds: readonly [EmbedQuery, ...EmbedQuery[]];
  /** For people: `lines`, `lines.parts`. */
  readonly name: string;
  /**
   * Cells in front of a row of its stream: the root's identity, then the key of each embed above. By them, as
   * text, a row finds its parent.
   */
  readonly width: number;
}

/** Every embed of a query, each before those inside it: the order of streams, everywhere. */
export function embedPaths(query: EntityQuery): readonly EmbedPath[] {
  return query.embeds.flatMap((embed) => below([embed], query.identity.length));
}

function below(embeds: EmbedPath['embeds'], width: number): readonly EmbedPath[] {
  const embed = lastOf(embeds);
  const own: EmbedPath = { embeds, name: embeds.map(({ name }) => name).join('.'), width };
  const inner = width + embed.key.length;
  return [own, ...embed.embeds.flatMap((child) => below([...embeds, child], inner))];
}

/** The embed that a path reads. */
export function lastOf(embeds: EmbedPath['embeds']): EmbedQuery {
  return embeds.at(-1) ?? embeds[0];
}

/** What a child adds to any item, in the eighths of bytes that `CHILDREN_BYTES` counts, besides its cells. */
const CHILD_BYTES = 8;

/**
 * What a row of an embed's stream counts for towards `CHILDREN_BYTES`: its cells but for the `width` in
 * front, and something for itself, so that children without any text are not held without end.
 */
export function childBytes(row: Row, width: number): number {
  let bytes = CHILD_BYTES;
  for (let column = width; column < row.length; column += 1) bytes += row[column]?.length ?? 0;
  return bytes;
}
