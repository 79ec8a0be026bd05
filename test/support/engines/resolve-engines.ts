import { chromium } from './chromium.js';
import { dynalite } from './dynalite.js';
import { dynamodb } from './dynamodb.js';
import {
  type Engine,
  EngineMissing,
  type EngineName,
  follow,
  isEngine,
  type MissingEngine,
  type Recipe,
} from './engine.js';
import { mariadb, privateMariadb } from './mariadb.js';
import { postgres, postgresReplica, privatePostgres } from './postgres.js';
import type { Outage } from './private-server.js';

const RECIPES: Readonly<Record<EngineName, Recipe>> = { postgres, mariadb, dynamodb, dynalite, chromium };

export interface ResolvedEngines {
  readonly started: readonly Engine[];
  readonly missing: readonly MissingEngine[];
}

/** Starts the engines side by side. What is not to be had is listed with what would satisfy it. */
export async function resolveEngines(names: readonly EngineName[]): Promise<ResolvedEngines> {
  const found = await Promise.all(names.map((name) => follow(RECIPES[name])));
  return {
    started: found.filter(isEngine),
    missing: found.filter((one): one is MissingEngine => !isEngine(one)),
  };
}

/** A superuser's URL on a server that may be written to at will. Throws `EngineMissing`. */
export const startPostgres = (): Promise<Engine> => start('postgres');

/** An administrator's URL, by the same rule. Throws `EngineMissing`. */
export const startMariaDb = (): Promise<Engine> => start('mariadb');

/** DynamoDB Local. Throws `EngineMissing`. */
export const startDynamoDb = (): Promise<Engine> => start('dynamodb');

/** The fallback of the demo where there is no Java. Throws `EngineMissing`. */
export const startDynalite = (): Promise<Engine> => start('dynalite');

/** A server of the caller's own, which may kill it by its `outage`. Throws `EngineMissing`. */
export async function startPrivately(
  name: 'postgres' | 'mariadb',
): Promise<Engine & { readonly outage: Outage }> {
  const found = await follow(name === 'postgres' ? privatePostgres : privateMariadb);
  if (!isEngine(found)) throw new EngineMissing(found);
  const { outage } = found;
  if (outage === undefined) throw new Error(`${found.from} cannot be killed`);
  return { ...found, outage };
}

/** A hot standby of a Postgres server that is dead for the moment. Throws `EngineMissing`. */
export async function startReplica(primaryUrl: string, primaryData: string): Promise<Engine> {
  const found = await follow(postgresReplica(primaryUrl, primaryData));
  if (!isEngine(found)) throw new EngineMissing(found);
  return found;
}

async function start(name: EngineName): Promise<Engine> {
  const found = await follow(RECIPES[name]);
  if (isEngine(found)) return found;
  throw new EngineMissing(found);
}
