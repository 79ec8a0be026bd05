import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { linesOf } from '../../support/lines-of.js';
import type { Orphan } from './delete-orphans.js';

/** Orphans on disk until all of them are counted, in a temporary folder that goes with it. */
export class OrphanSpool<One extends Orphan> implements AsyncDisposable {
  readonly #folder: string;
  readonly #file: FileHandle;
  #count = 0;

  private constructor(folder: string, file: FileHandle) {
    this.#folder = folder;
    this.#file = file;
  }

  static async open<One extends Orphan>(): Promise<OrphanSpool<One>> {
    const folder = await mkdtemp(join(tmpdir(), 'tablefold-orphans-'));
    return new OrphanSpool(folder, await open(join(folder, 'orphans.ndjson'), 'ax+', 0o600));
  }

  get count(): number {
    return this.#count;
  }

  async add(orphans: readonly One[]): Promise<void> {
    if (orphans.length === 0) return;
    await this.#file.appendFile(orphans.map((orphan) => `${JSON.stringify(orphan)}\n`).join(''));
    this.#count += orphans.length;
  }

  /** All that were added, in their order. */
  async *orphans(): AsyncGenerator<One, void, undefined> {
    for await (const line of linesOf(this.#file)) yield JSON.parse(line) as One;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
