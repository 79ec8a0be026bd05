type Json = Readonly<Record<string, unknown>>;
type Accept = (entry: unknown, position: number) => boolean;

export interface SplitBatch {
  /** The request with the accepted entries only; null where none is. */
  readonly taken: Json | null;
  /** Adds the others to the reply's unprocessed ones. */
  finish(reply: string): string;
}

/** Splits a BatchWriteItem (lists of requests) or a BatchGetItem (lists of keys) between done and unprocessed. */
export function splitBatch(body: Json, accept: Accept): SplitBatch {
  const tables = Object.entries(body['RequestItems'] as Json);
  const reads = tables.some(([, entries]) => !Array.isArray(entries));
  const done: Record<string, unknown> = {};
  const left: Record<string, unknown> = {};
  let position = 0;
  for (const [table, entries] of tables) {
    const rest: Json = reads ? (entries as Json) : {};
    const list = (reads ? rest['Keys'] : entries) as readonly unknown[];
    const verdicts = list.map((entry) => accept(entry, position++));
    const shape = (verdict: boolean) => {
      const some = list.filter((_, index) => verdicts[index] === verdict);
      return reads ? { ...rest, Keys: some } : some;
    };
    if (verdicts.includes(true)) done[table] = shape(true);
    if (verdicts.includes(false)) left[table] = shape(false);
  }
  const unprocessed = reads ? 'UnprocessedKeys' : 'UnprocessedItems';
  return {
    taken: Object.keys(done).length === 0 ? null : { ...body, RequestItems: done },
    finish: (reply) => JSON.stringify({ ...JSON.parse(reply), [unprocessed]: left }),
  };
}
