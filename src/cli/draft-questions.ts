import { checkbox } from '@inquirer/prompts';
import type { DraftOffer, DraftQuestions, Offered, OfferedTable } from '../operations/draft-choices.js';
import { usageError } from '../operations/errors.js';
import { interruptible } from './confirm.js';

interface QuestionFlags {
  readonly interactive?: boolean | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly include?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
  readonly decline?: readonly string[] | undefined;
}

/** Where a prompt is shown and answered. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

const LINES = 15;

/**
 * The questions that no flag has answered. Nobody is asked without a terminal, in CI, or with `--json`. Throws
 * `USAGE_MISSING` where questions were asked for and there is no terminal.
 */
export function questionsOf(
  flags: QuestionFlags,
  signal: AbortSignal,
  terminal: Terminal = { input: process.stdin, output: process.stderr },
): Partial<DraftQuestions> {
  const present = terminal.input.isTTY === true && terminal.output.isTTY === true;
  if (flags.interactive === true && !present) {
    throw usageError('USAGE_MISSING', '--interactive: there is no terminal to ask on', {
      hint: 'Answer by --include, --exclude and --decline instead.',
    });
  }
  const scripted = flags.json || flags.quiet || (process.env['CI'] ?? '') !== '';
  if (!(flags.interactive ?? (present && !scripted))) return {};
  const select = (message: string, offered: readonly Offered[], required = false) =>
    interruptible(() =>
      checkbox(
        {
          message,
          pageSize: LINES,
          required,
          choices: offered.map(({ name, about }) => ({
            name: about === '' ? name : `${name}  ${about}`,
            short: name,
            value: name,
            checked: true,
          })),
        },
        { input: terminal.input, output: terminal.output, signal },
      ),
    );
  const named = flags.include !== undefined || flags.exclude !== undefined;
  return {
    ...(named ? {} : { tables: (tables) => select('Which tables?', tables.map(aboutTable), true) }),
    ...(flags.decline === undefined ? { decline: (offer) => decline(offer, select) } : {}),
  };
}

async function decline(
  { joins, foreignKeys, patterns }: DraftOffer,
  select: (message: string, offered: readonly Offered[]) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const declined: string[] = [];
  for (const [message, offered] of [
    ['Which lookup rows are joined in? A change of one rewrites the items that hold it.', joins],
    ['Which foreign keys are rows asked by? Each costs a write of an index.', foreignKeys],
    ['Which other access patterns?', patterns],
  ] as const) {
    if (offered.length === 0) continue;
    const kept = await select(message, offered);
    declined.push(...offered.map(({ name }) => name).filter((name) => !kept.includes(name)));
  }
  return declined;
}

function aboutTable({ name, rows }: OfferedTable): Offered {
  return { name, about: rows === null ? '' : `about ${rows.toLocaleString('en-US')} rows` };
}
