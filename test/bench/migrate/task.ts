export const SHAPES = ['small', 'orders', 'embeds'] as const;
export const ENGINES = ['postgres', 'mariadb'] as const;
export const PROTOCOLS = ['http', 'https'] as const;
export const CONTESTANTS = [
  'tablefold',
  'handwritten',
  'electrodb',
  'dynamodb-toolbox',
  'dynamoose',
  'limit',
] as const;

export type ShapeName = (typeof SHAPES)[number];
export type EngineName = (typeof ENGINES)[number];
export type Protocol = (typeof PROTOCOLS)[number];
export type ContestantName = (typeof CONTESTANTS)[number];

/** What a contestant is told: one JSON argument of its process. */
export interface Task {
  readonly name: ContestantName;
  readonly shape: ShapeName;
  readonly sourceUrl: string;
  readonly endpoint: string;
  /** URL of the built package, as users run it. */
  readonly dist: string;
  readonly mappingFile: string;
  /** File with request bodies that were made before: a JSON list of texts. */
  readonly bodiesFile: string;
}

/** Writes every row as its item; answers how many. */
export type Run = () => Promise<number>;
