import type { ColumnType } from '../../source/source-schema.js';
import { nearest } from '../../support/nearest.js';
import type { TransformCall } from '../template.js';
import type { KeyWriting } from './key-codec.js';
import type { Digits, Writing } from './transform.js';
import { TRANSFORMS } from './transforms.js';

/** What a placeholder's transforms make of its column, put together. */
export interface Chain {
  /** Of the last value. */
  readonly type: ColumnType;
  /** Raw text of the column → raw text of `type`; null: the value stays. */
  readonly value: ((raw: string) => string | null) | null;
  readonly writing: Writing;
  /** Different column values stay different. */
  readonly injective: boolean;
  /** The first transform that only keys can have. */
  readonly keysOnly: string | null;
}

export interface ChainProblem {
  readonly code: 'UNKNOWN_TRANSFORM' | 'TRANSFORM_ARGUMENTS' | 'TRANSFORM_TYPE';
  readonly message: string;
  readonly fix: string | null;
}

/** Puts transforms in a row, or says what is wrong with the first that does not fit. */
export function chainTransforms(type: ColumnType, calls: readonly TransformCall[]): Chain | ChainProblem {
  let current = type;
  let value: Chain['value'] = null;
  let writing: Writing = {};
  let injective = true;
  let keysOnly: string | null = null;
  for (const { name, args } of calls) {
    const transform = Object.hasOwn(TRANSFORMS, name) ? TRANSFORMS[name] : undefined;
    if (transform === undefined) return unknown(name);
    if (!transform.accepts.includes(current.kind)) {
      const message = `${name} does not take ${describeType(current)}`;
      return { code: 'TRANSFORM_TYPE', message, fix: `It takes ${transform.accepts.join(', ')}.` };
    }
    const step = transform.prepare(args, current);
    if (step === null) {
      const takes = transform.parameters === '' ? 'no arguments' : transform.parameters;
      const message = `${name} takes ${takes}, not (${args.map((arg) => JSON.stringify(arg)).join(', ')})`;
      return { code: 'TRANSFORM_ARGUMENTS', message, fix: `Write ${name}${transform.parameters}.` };
    }
    if (step.value !== undefined) {
      value = compose(value, step.value);
      if (!transform.keysOnly) writing = {};
    }
    writing = { ...writing, ...step.writing };
    current = step.type;
    injective &&= transform.injective;
    if (transform.keysOnly) keysOnly ??= name;
  }
  return { type: current, value, writing, injective, keysOnly };
}

/** How a key component of this role is written: numbers plainly in partition keys, unless `pad` says else. */
export function keyWriting({ writing }: Chain, role: 'partition' | 'sort'): KeyWriting {
  const { raw = false, descending = false, pad = null, sortWidth = null } = writing;
  const plain = raw || role === 'partition';
  const digits: Digits | null = pad ?? (plain && !descending ? null : sortWidth);
  return { plain, descending, digits };
}

export function isChain(result: Chain | ChainProblem): result is Chain {
  return 'writing' in result;
}

/** A type as people call it. */
export function describeType(type: ColumnType): string {
  switch (type.kind) {
    case 'integer':
      return 'an integer';
    case 'array':
      return 'an array';
    case 'enum':
      return 'an enum';
    case 'textMap':
      return 'an hstore';
    case 'undecided':
      return 'a type without one text form';
    case 'textual':
      return 'a textual type';
    case 'bytes':
    case 'bits':
    case 'text':
    case 'json':
      return type.kind;
    default:
      return `a ${type.kind}`;
  }
}

function compose(first: Chain['value'], second: (raw: string) => string | null): Chain['value'] {
  if (first === null) return second;
  return (raw) => {
    const value = first(raw);
    return value === null ? null : second(value);
  };
}

function unknown(name: string): ChainProblem {
  const near = nearest(name, Object.keys(TRANSFORMS));
  const known = `Known are ${Object.keys(TRANSFORMS).join(', ')}.`;
  const fix = near === null ? known : `Did you mean ${near}?`;
  return { code: 'UNKNOWN_TRANSFORM', message: `there is no transform ${name}`, fix };
}
