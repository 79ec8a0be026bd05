import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import type { WireItem } from '../../item/attribute-value.js';
import { messageOf } from '../../support/error.js';
import { sourceError } from '../errors.js';
import type { ItemScanner, TableExport } from '../item-decoder.js';

/** Items of one page: a Scan's 1 MB of items of a kilobyte. */
const PAGE_ITEMS = 1000;

interface DataFile {
  readonly path: string;
  readonly items: number;
}

/**
 * Opens `AWSDynamoDB/<id>`, the folder that holds `manifest-summary.json`, `manifest-files.json` and `data`. Each segment
 * is some of its files; a file with fewer or more items than the manifest says ends the reading. Throws `SOURCE_QUERY`.
 * docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
 */
export async function openExport(folder: string): Promise<TableExport> {
  const summary = JSON.parse(await textOf(join(folder, 'manifest-summary.json'))) as {
    readonly outputFormat?: string;
    readonly exportType?: string;
    readonly tableArn?: string;
  };
  const { outputFormat, exportType = 'FULL_EXPORT' } = summary;
  if (outputFormat !== 'DYNAMODB_JSON' || exportType !== 'FULL_EXPORT') {
    throw refused(
      `${folder} is an export of ${outputFormat}, ${exportType}`,
      'Export all of it as DYNAMODB_JSON.',
    );
  }
  const manifest = await textOf(join(folder, 'manifest-files.json'));
  const files = manifest.split('\n').flatMap((line): readonly DataFile[] => {
    if (line.trim() === '') return [];
    const { dataFileS3Key, itemCount } = JSON.parse(line) as { dataFileS3Key: string; itemCount: number };
    return [{ path: join(folder, 'data', basename(dataFileS3Key)), items: itemCount }];
  });
  return {
    table: /:table\/(.+)$/.exec(summary.tableArn ?? '')?.[1] ?? null,
    itemCount: files.reduce((sum, { items }) => sum + items, 0),
    scanner: exportScanner(files),
  };
}

function exportScanner(files: readonly DataFile[]): ItemScanner {
  /** Where the reading of a segment stands, and how many of its items have been read. */
  const open = new Map<string, { readonly items: AsyncIterator<WireItem>; read: number }>();
  return {
    async scan({ segment, segments, after }, signal) {
      const id = `${segment}/${segments}`;
      const start = after === null ? 0 : Number(after['read']?.['N']);
      let reading = open.get(id);
      open.delete(id);
      if (reading?.read !== start) {
        await reading?.items.return?.();
        reading = { items: itemsOf(files.filter((_, at) => at % segments === segment)), read: 0 };
        while (reading.read < start && (await reading.items.next()).done !== true) reading.read += 1;
      }
      const items: WireItem[] = [];
      while (items.length < PAGE_ITEMS) {
        signal.throwIfAborted();
        const next = await reading.items.next();
        if (next.done === true) return { items, next: null, consumedUnits: 0 };
        items.push(next.value);
        reading.read += 1;
      }
      open.set(id, reading);
      return { items, next: { read: { N: String(reading.read) } }, consumedUnits: 0 };
    },
    async get(keys) {
      if (keys.length === 0) return new Map();
      throw refused(
        'an export is read from front to back: single items cannot be looked up',
        'Read the table itself for parents that its items do not hold, and for items that are split: --source dynamodb://TABLE.',
      );
    },
  };
}

async function* itemsOf(files: readonly DataFile[]): AsyncGenerator<WireItem, void, undefined> {
  for (const { path, items } of files) {
    let read = 0;
    try {
      const stream = createReadStream(path);
      const text = path.endsWith('.gz') ? stream.pipe(createGunzip()) : stream;
      // What fails in the file has to fail the reading of its lines.
      stream.on('error', (error) => text.destroy(error));
      for await (const line of createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY })) {
        if (line === '') continue;
        const { Item } = JSON.parse(line) as { readonly Item?: WireItem };
        if (Item === undefined) throw new TypeError(`line ${read + 1} holds no Item`);
        read += 1;
        yield Item;
      }
    } catch (error) {
      throw refused(
        `${path} cannot be read: ${messageOf(error)}`,
        'Copy the export from S3 once more.',
        error,
      );
    }
    if (read !== items) {
      throw refused(
        `${path} holds ${read} items, and its manifest says ${items}`,
        'Copy the export from S3 once more.',
      );
    }
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw refused(
      `${path} cannot be read: ${messageOf(error)}`,
      'Name the folder of one export, AWSDynamoDB/<id>, which holds its manifests.',
      error,
    );
  }
}

function refused(message: string, hint: string, cause?: unknown) {
  return sourceError('SOURCE_QUERY', message, { hint, cause });
}
