import { type LoadedMapping, loadMapping, withTable } from '../mapping/load-mapping.js';
import { runError } from './errors.js';

/** A mapping that was loaded, as plain data: from what a thread loads it again. */
export interface MappingOrigin {
  readonly file: string;
  readonly digest: string;
  /** Overrides the table's name in the file. */
  readonly table: string | undefined;
}

export function originOf({ file, digest, mapping }: LoadedMapping): MappingOrigin {
  return { file, digest, table: mapping.table.name };
}

/** Throws `RUN_MAPPING` where the file is another by now. */
export async function loadUnchanged({ file, digest, table }: MappingOrigin): Promise<LoadedMapping> {
  const mapping = withTable(await loadMapping(file), table);
  if (mapping.digest === digest) return mapping;
  throw runError('RUN_MAPPING', `${file} is not what it was when the run began`, {
    hint: 'Put it back and run again with --resume, or begin again with --restart.',
  });
}
