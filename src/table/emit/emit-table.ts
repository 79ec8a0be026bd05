import type { DesignedTable } from '../designed-table.js';
import type { TableSettings } from '../table-settings.js';
import { cdk } from './cdk.js';
import { cloudFormation } from './cloudformation.js';
import { terraform } from './terraform.js';

/** Languages in which a table is described for others to make it. */
export const EMITTERS = { cloudformation: cloudFormation, cdk, terraform } as const;

export type EmitLanguage = keyof typeof EMITTERS;

export const EMIT_LANGUAGES = Object.keys(EMITTERS) as readonly EmitLanguage[];

/** The table as source text in that language; nothing is asked of AWS. */
export function emitTable(language: EmitLanguage, design: DesignedTable, settings: TableSettings): string {
  return EMITTERS[language](design, settings);
}
