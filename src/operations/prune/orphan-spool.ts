import { tmpdir } from 'node:os';
import { type Extent, namelessFile, type SpillFile } from '../../compare/spill-file.js';
import type { Orphan } from './delete-orphans.js';

/** UTF-16 units of lines that wait in memory to be written at once. */
const BLOCK = 64 * 1024;

/** Orphans until all of them are counted: the last ones in memory, the others in a file that a kill leaves nothing of. */
export class OrphanSpool<One extends Orphan> implements Disposable {
  readonly #written: Extent[] = [];
  #file: SpillFile | null = null;
  #lines = '';
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(orphans: readonly One[]): void {
    for (const orphan of orphans) this.#lines += `${JSON.stringify(orphan)}\n`;
    this.#count += orphans.length;
    if (this.#lines.length >= BLOCK) this.#write();
  }

  /** All that were added, in their order. */
  *orphans(): Generator<One, void, undefined> {
    for (const extent of this.#written) yield* orphansIn<One>(this.#read(extent));
    yield* orphansIn<One>(this.#lines);
  }

  [Symbol.dispose](): void {
    this.#file?.close();
    this.#file = null;
  }

  #write(): void {
    this.#file ??= namelessFile(tmpdir());
    this.#written.push(this.#file.write(0, Buffer.from(this.#lines)));
    this.#lines = '';
  }

  #read(extent: Extent): string {
    if (this.#file === null) throw new Error('a spool was read after it was let go');
    return this.#file.read(extent).toString('utf8');
  }
}

function* orphansIn<One>(lines: string): Generator<One, void, undefined> {
  for (let from = 0; from < lines.length; ) {
    const end = lines.indexOf('\n', from);
    yield JSON.parse(lines.slice(from, end)) as One;
    from = end + 1;
  }
}
