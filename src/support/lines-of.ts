import type { FileHandle } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';

/** By line feed alone: `readline` also breaks at U+2028, which JSON leaves as it is. */
export async function* linesOf(log: FileHandle): AsyncGenerator<string, void, undefined> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const piece of log.createReadStream({ autoClose: false, start: 0 })) {
    const lines = (rest + decoder.write(piece as Buffer)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
