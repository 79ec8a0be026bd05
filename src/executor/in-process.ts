/**
 * Runs each piece of work with at most `concurrency` under way. Work is asked for only when there is a
 * place for it, so that a lazy plan stays lazy. The first failure stops the asking, and is thrown once
 * everything under way has ended.
 */
export async function runInProcess<Work>(
  work: AsyncIterable<Work>,
  concurrency: number,
  run: (work: Work) => Promise<unknown>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const start = (piece: Work) => {
    const task: Promise<void> = run(piece)
      .then(
        () => undefined,
        (error: unknown) => void failures.push(error),
      )
      .finally(() => running.delete(task));
    running.add(task);
  };
  try {
    for await (const piece of work) {
      start(piece);
      if (running.size >= concurrency) await Promise.race(running);
      if (failures.length > 0) break;
    }
  } catch (error) {
    failures.push(error);
  }
  await Promise.all(running);
  if (failures.length > 0) throw failures[0];
}
