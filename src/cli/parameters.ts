import { usageError } from '../operations/errors.js';

/** The flags of a command as oclif declares them, as far as their shape matters here. */
export interface KnownFlags {
  readonly [name: string]: {
    readonly type: 'boolean' | 'option';
    readonly char?: string;
    readonly allowNo?: boolean;
  };
}

export interface SplitArguments {
  /** What the command's own flags and arguments are parsed from. */
  readonly own: string[];
  /** `--customerId 42`, `--customerId=42`: flags that the command does not know. */
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * Takes the parameters of an access pattern out of the arguments: `--name value` and `--name=value` of no
 * flag, and `--param name=value`, which can name a parameter like a flag. Throws `USAGE_*` for one without a
 * value or given twice.
 */
export function splitParameters(argv: readonly string[], flags: KnownFlags): SplitArguments {
  const own: string[] = [];
  const parameters = new Map<string, string>();
  const set = (name: string, value: string) => {
    if (parameters.has(name)) {
      throw usageError('USAGE_COMBINATION', `--${name} is given twice`, { hint: 'Leave one of them out.' });
    }
    parameters.set(name, value);
  };
  for (let at = 0; at < argv.length; at += 1) {
    const arg = argv[at] ?? '';
    const [, flag, inline] = /^--([^=]+)(?:=([\s\S]*))?$/.exec(arg) ?? [];
    if (flag === 'param') {
      const pair = inline ?? argv[++at] ?? '';
      const equals = pair.indexOf('=');
      if (equals < 1) {
        throw usageError('USAGE_VALUE', `--param ${JSON.stringify(pair)} has no name and value`, {
          hint: 'Write --param name=value.',
        });
      }
      set(pair.slice(0, equals), pair.slice(equals + 1));
    } else if (flag !== undefined && knownAs(flag, flags) === null) {
      const value = inline ?? argv[++at];
      if (value === undefined || (inline === undefined && value.startsWith('--'))) {
        throw usageError('USAGE_MISSING', `--${flag} has no value`, {
          hint: `Write --${flag} VALUE, or --${flag}=VALUE where it starts with two hyphens.`,
        });
      }
      set(flag, value);
    } else {
      own.push(arg);
      const known =
        flag === undefined ? byChar(arg, flags) : inline === undefined ? knownAs(flag, flags) : null;
      if (known === 'option' && at + 1 < argv.length) own.push(argv[++at] ?? '');
    }
  }
  return { own, parameters };
}

function knownAs(name: string, flags: KnownFlags): 'boolean' | 'option' | null {
  if (name === 'help') return 'boolean';
  if (Object.hasOwn(flags, name)) return flags[name]?.type ?? null;
  const positive = name.startsWith('no-') ? name.slice(3) : '';
  return Object.hasOwn(flags, positive) && flags[positive]?.allowNo === true ? 'boolean' : null;
}

/** `-m FILE`; `-mFILE` has its value in it. */
function byChar(arg: string, flags: KnownFlags): 'boolean' | 'option' | null {
  if (!/^-[A-Za-z]$/.test(arg)) return null;
  return Object.values(flags).find(({ char }) => char === arg.charAt(1))?.type ?? null;
}
