import type { Errors } from '@oclif/core';
import { nearest } from '../support/nearest.js';

/** What oclif's parser throws for flags that the command does not have; it exports no class to know it by. */
interface UnknownFlags extends Errors.CLIError {
  /** As they were typed: `--sauce=postgres://ann:secret@db`, `-x`. */
  readonly flags: readonly string[];
  readonly parse: {
    readonly input?: {
      readonly flags: { readonly [name: string]: { readonly allowNo?: boolean } };
      readonly context?: { readonly id?: string };
    };
  };
}

export function isUnknownFlags(thrown: Errors.CLIError): thrown is UnknownFlags {
  return thrown.message.startsWith('Nonexistent flag') && 'flags' in thrown && 'parse' in thrown;
}

/** Says which flags there are not, without what was given as their values, and which were probably meant. */
export function tellUnknownFlags({ flags, parse }: UnknownFlags): {
  readonly message: string;
  readonly hint: string;
} {
  const asked = [...new Set(flags.map((flag) => flag.split('=', 1)[0] ?? flag))];
  const known = Object.entries(parse.input?.flags ?? {}).flatMap(([name, { allowNo }]) =>
    allowNo === true ? [`--${name}`, `--no-${name}`] : [`--${name}`],
  );
  const meant = asked.flatMap((flag) => (flag.startsWith('--') ? (nearest(flag, known) ?? []) : []));
  const command = parse.input?.context?.id?.replaceAll(':', ' ');
  const question = meant.length === 0 ? '' : `Did you mean ${[...new Set(meant)].join(' and ')}? `;
  return {
    message: `there ${asked.length === 1 ? 'is no flag' : 'are no flags'} ${asked.join(', ')}`,
    hint: `${question}\`tablefold ${command === undefined ? '' : `${command} `}--help\` lists the flags.`,
  };
}
