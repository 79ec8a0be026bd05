import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { WireItem } from '../../src/item/attribute-value.js';

/** Writes what an export of a table to S3 leaves in `AWSDynamoDB/<id>`, in one data file. */
export async function writeExport(folder: string, table: string, items: readonly WireItem[]): Promise<void> {
  await mkdir(join(folder, 'data'), { recursive: true });
  const tableArn = `arn:aws:dynamodb:eu-west-1:123456789012:table/${table}`;
  const summary = JSON.stringify({ outputFormat: 'DYNAMODB_JSON', tableArn });
  await writeFile(join(folder, 'manifest-summary.json'), summary);
  const dataFileS3Key = 'AWSDynamoDB/01/data/a.json.gz';
  await writeFile(
    join(folder, 'manifest-files.json'),
    JSON.stringify({ itemCount: items.length, dataFileS3Key }),
  );
  const lines = items.map((Item) => `${JSON.stringify({ Item })}\n`).join('');
  await writeFile(join(folder, 'data', 'a.json.gz'), gzipSync(lines));
}
