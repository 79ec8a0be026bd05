import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createMySqlDatabase, numbers } from '../../support/mariadb-database.js';
import { createDatabase } from '../../support/postgres-database.js';
import type { EngineName, ShapeName } from './task.js';

interface Database extends AsyncDisposable {
  readonly url: string;
}

/** A folder of shapes/: those that are compared, and `large`, which is not. */
type ShapeFolder = ShapeName | 'large';

const fileOf = (shape: ShapeFolder, name: string) => new URL(`./shapes/${shape}/${name}`, import.meta.url);

export function mappingOf(shape: ShapeFolder): string {
  return fileURLToPath(fileOf(shape, 'mapping.yaml'));
}

/** A new database with so many rows of a shape on the server at `engineUrl`. */
export async function databaseOf(
  engine: EngineName,
  engineUrl: string,
  shape: ShapeFolder,
  rows: number,
): Promise<Database> {
  if (engine === 'postgres') {
    const script = await readFile(fileOf(shape, 'postgres.sql'), 'utf8');
    return createDatabase(engineUrl, script.replaceAll(':rows', String(rows)));
  }
  const script = await readFile(fileOf(shape, 'mysql.sql'), 'utf8');
  const filled = script
    .replaceAll(':numbers', numbers(rows))
    .replaceAll(':thousand', numbers(1000))
    .replaceAll(':twenty', numbers(20));
  return createMySqlDatabase(engineUrl, filled);
}
