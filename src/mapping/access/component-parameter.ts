import type { ColumnType } from '../../source/source-schema.js';
import { keyComponent } from '../compile/compile-template.js';
import { chainTransforms, isChain } from '../key/transform-chain.js';
import type { ResolvedPart, TransformCall } from '../template.js';
import type { KeyParameter } from './key-plan.js';
import { expectedText, readParameter } from './read-parameter.js';

/** A component of a key as a parameter fills it. */
export interface ComponentParameter extends KeyParameter {
  /** Great values sort first. */
  readonly descending: boolean;
  /** Texts of all shards. */
  readonly everyShard: () => readonly string[];
}

/** What transforms make that people name themselves, and cannot be told by its type alone. */
const RESULTS: { readonly [transform: string]: RegExp } = {
  month: /^\d{4}-(?:0[1-9]|1[0-2])$/,
  hash: /^[0-9a-f]{16}$/,
};

/**
 * A parameter is a value of the column, which goes through the copy's transforms (`{email | lower}`), or
 * what they make of it (`{created_at | month}`: 2024-01). Of `shard` it is the number of the shard, unless
 * the pattern names the transform itself.
 */
export function componentParameter(
  part: Extract<ResolvedPart, { kind: 'column' }>,
  role: 'partition' | 'sort',
  asked: readonly TransformCall[],
): ComponentParameter {
  const { column, keyType } = part.column;
  const component = keyComponent(part, role);
  const chain = chainTransforms(keyType, part.transforms);
  const made = isChain(chain) && chain.value !== null ? chain.type : null;
  const shard = part.transforms.find(({ name }) => name === 'shard');
  const shards = shard === undefined || asked.length > 0 ? null : Number(shard.args[0]);
  const result = (text: string): string | null => {
    const raw = made === null ? null : transformResult(made, part.transforms, text);
    return raw === null ? null : component.codec.encode(raw);
  };
  const label = part.column.path === '' ? column.name : `${part.column.path}.${column.name}`;
  return {
    column: `${label} (${column.nativeType})`,
    expects: shards === null ? expectedText(keyType) : `a shard from 0 to ${shards - 1}`,
    shards,
    from: shards === null ? part : null,
    descending: isChain(chain) && chain.writing.descending === true,
    encode(text) {
      if (shards !== null) return isShard(text, shards) ? result(text) : null;
      const raw = readParameter(keyType, text);
      return (raw === null ? null : component.encode(raw)) ?? result(text);
    },
    everyShard: () => Array.from({ length: shards ?? 0 }, (_, number) => result(String(number)) ?? ''),
  };
}

/** Raw text of what a column's transforms make, as people write it; null for what they never make. */
export function transformResult(
  made: ColumnType,
  transforms: readonly TransformCall[],
  text: string,
): string | null {
  const form = transforms.map(({ name }) => RESULTS[name]).find((pattern) => pattern !== undefined);
  return form?.test(text) === false ? null : readParameter(made, text);
}

function isShard(text: string, shards: number): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) < shards;
}
