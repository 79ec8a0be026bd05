import { randomUUID } from 'node:crypto';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Difference, DiffReport } from '../../../src/operations/diff-report.js';
import { type DifferencesHeader, openDifferences } from '../../../src/operations/differences-file.js';
import { readDifferences } from '../../../src/operations/read-differences.js';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.js';

const HEADER: DifferencesHeader = {
  kind: 'diff',
  format: 1,
  tablefold: '0.0.0',
  runId: 'a',
  startedAt: '2026-01-01T00:00:00.000Z',
  mappingDigest: 'f00',
  source: 'memory://shop',
  table: 'memory://shop',
  entities: null,
  sample: null,
};
const ORPHAN: Difference = {
  kind: 'orphan',
  entity: 'Order',
  copy: null,
  key: { pk: { S: 'A\u2028B' }, sk: { N: '1' } },
  source: 'orders#1',
  attributes: [],
  stale: false,
  fingerprint: 'abc',
};
const COLLISION = { key: '{}', items: 2, sources: [], winner: null, exact: false };
const REPORT = {
  totals: {
    ...{ expected: 1, same: 1, missing: 0, different: 0, stale: 0 },
    ...{ orphans: 1, expired: 0, changed: 0, rejects: 0 },
  },
  ...{ foreign: 3, otherEntities: 0, extraAttributes: { seenBy: 1 }, rows: 1, items: 5 },
} as unknown as DiffReport;

describe('the file of differences', () => {
  let folder: TemporaryFolder;
  let files = 0;
  const fresh = () => {
    files += 1;
    return join(folder.path, `${files}.ndjson`);
  };
  /** A whole file, changed by `change` line by line. */
  async function written(change: (lines: string[]) => readonly string[] = (lines) => lines): Promise<string> {
    const path = fresh();
    {
      await using file = await openDifferences(path, HEADER);
      await file.addCollision(COLLISION);
      await file.add(ORPHAN);
      await file.end(REPORT);
    }
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    await writeFile(path, `${change(lines).join('\n')}\n`);
    return path;
  }
  beforeAll(async () => {
    folder = await temporaryFolder();
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  it('is read back as it was written', async () => {
    await using read = await readDifferences(await written());
    expect(read.header).toEqual(HEADER);
    expect(read.end).toMatchObject({ complete: true, lines: 2, items: 5, totals: { orphans: 1 } });
    for (let times = 0; times < 2; times += 1) {
      const found: Difference[] = [];
      for await (const difference of read.differences()) found.push(difference);
      expect(found).toEqual([ORPHAN]);
    }
  });

  it('never replaces another', async () => {
    const path = await written();
    const other = { ...HEADER, runId: randomUUID() };
    await expect(openDifferences(path, other)).rejects.toMatchObject({ code: 'USAGE_VALUE' });
    await (await readDifferences(path))[Symbol.asyncDispose]();
  });

  it('begins again where the same run goes on, whatever it has left', async () => {
    for (const path of [await written(), await written((lines) => [...lines.slice(0, 2), '{"kind":"orp'])]) {
      {
        await using file = await openDifferences(path, HEADER);
        await file.add(ORPHAN);
        await file.end(REPORT);
      }
      await using read = await readDifferences(path);
      expect(read.end.lines).toBe(1);
    }
  });

  it('says why its diff is not whole', async () => {
    const path = fresh();
    {
      await using file = await openDifferences(path, HEADER);
      await file.add(ORPHAN);
      file.fail(new Error('the source is gone: postgres://me:s3cret@db/shop'));
    }
    const read = readDifferences(path);
    await expect(read).rejects.toThrow(/not of a whole diff: the source is gone/);
    await expect(read).rejects.not.toThrow(/s3cret/);
  });

  it.each<[string, (lines: string[]) => readonly string[], RegExp]>([
    ['that was killed', (lines) => lines.slice(0, -1), /it has no end: the diff was killed/],
    ['without its header', (lines) => lines.slice(1), /line 1: the header has to be the first line/],
    ['with two of them', (lines) => [lines[0]!, ...lines], /line 2: the header/],
    ['that lost a line', (lines) => lines.toSpliced(2, 1), /2 lines were written and 1 are there/],
    ['that goes on behind its end', (lines) => [...lines, lines[2]!], /line 5: nothing may follow the end/],
    ['cut in a line', (lines) => lines.with(2, lines[2]!.slice(0, 20)), /line 3: /],
    ['of another kind', (lines) => lines.with(2, '{"kind":"orphan"}'), /line 3: it is no line of a diff/],
    [
      'of a later version',
      (lines) => lines.with(0, '{"kind":"diff","format":2}'),
      /it is of format 2, and this version of tablefold reads format 1/,
    ],
    ['that is empty', () => [], /line 1: /],
  ])('is refused: one %s', async (_, change, message) => {
    const read = readDifferences(await written(change));
    await expect(read).rejects.toThrow(message);
    await expect(read).rejects.toMatchObject({
      code: 'RUN_DIFFERENCES',
      hint: expect.stringMatching(/diff --out/),
    });
  });

  it('is refused where there is none', async () => {
    const path = fresh();
    await expect(readDifferences(path)).rejects.toThrow(`cannot read ${path}`);
    await appendFile(path, '');
    await expect(readDifferences(path)).rejects.toThrow('the header is missing');
  });
});
