import { describeMissing, type EngineName, type MissingEngine } from './engines/engine.js';

/** Engines that the run shares; dynalite belongs to the demo. */
export const SHARED_ENGINES = [
  'postgres',
  'mariadb',
  'dynamodb',
  'chromium',
] as const satisfies readonly EngineName[];
export type SharedEngine = (typeof SHARED_ENGINES)[number];

/** Real data that the project does not ship: `data` below says where it is looked for. */
export const DATA_SETS = ['chinook', 'sakila'] as const;
export type DataSet = (typeof DATA_SETS)[number];

/** What the global set-up found, as every test file sees it by `inject('resources')`. */
export interface Resources {
  readonly urls: Readonly<Partial<Record<SharedEngine, string>>>;
  readonly missingEngines: readonly MissingEngine[];
  /** Folder of each data set. */
  readonly folders: Readonly<Partial<Record<DataSet, string>>>;
  readonly missingData: readonly MissingData[];
  /** With `CI=true` a test file that lacks something fails; else it is reported as not run. */
  readonly strict: boolean;
}

export interface MissingData {
  readonly name: DataSet;
  readonly lookedIn: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    readonly resources: Resources;
  }
}

/** Thrown by `requireEngine` and `requireData`; the runner turns it into a test file reported as not run. */
export class ResourceMissing extends Error {
  override readonly name = 'ResourceMissing';
  readonly strict: boolean;

  constructor(message: string, strict: boolean) {
    super(message);
    this.strict = strict;
  }
}

export function describeMissingData({ name, lookedIn }: MissingData): string {
  return `The ${name} data set is not in ${lookedIn}. Set TABLEFOLD_DATA to the folder that holds ${name}/.`;
}

export function describeGaps({ missingEngines, missingData }: Resources): string[] {
  return [...missingEngines.map(describeMissing), ...missingData.map(describeMissingData)];
}
