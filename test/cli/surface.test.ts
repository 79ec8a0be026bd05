import { readFileSync } from 'node:fs';
import { type Command, Parser } from '@oclif/core';
import { describe, expect, it } from 'vitest';
import { splitParameters } from '../../src/cli/parameters.js';
import Backfill from '../../src/commands/backfill.js';
import Check from '../../src/commands/check.js';
import Control from '../../src/commands/control.js';
import Diff from '../../src/commands/diff.js';
import Init from '../../src/commands/init.js';
import Migrate from '../../src/commands/migrate.js';
import Plan from '../../src/commands/plan.js';
import Prune from '../../src/commands/prune.js';
import Query from '../../src/commands/query.js';
import Show from '../../src/commands/show.js';
import Status from '../../src/commands/status.js';
import TableCapacity from '../../src/commands/table/capacity.js';
import TableCreate from '../../src/commands/table/create.js';
import TableDelete from '../../src/commands/table/delete.js';
import TableShow from '../../src/commands/table/show.js';
import Test from '../../src/commands/test.js';
import Verify from '../../src/commands/verify.js';
import { tablefold } from '../support/cli.js';

/**
 * What users script against is locked by files in surface/: a change of it is a change of them, and
 * `npx vitest run test/cli/surface.test.ts -u` after a build accepts it.
 */
const COMMANDS: { readonly [id: string]: typeof Command } = {
  backfill: Backfill,
  check: Check,
  control: Control,
  diff: Diff,
  init: Init,
  migrate: Migrate,
  plan: Plan,
  prune: Prune,
  query: Query,
  show: Show,
  status: Status,
  'table:capacity': TableCapacity,
  'table:create': TableCreate,
  'table:delete': TableDelete,
  'table:show': TableShow,
  test: Test,
  verify: Verify,
};

/** As the build wrote it: what the binary goes by. */
const manifest: { readonly commands: { readonly [id: string]: Command.Cached } } = JSON.parse(
  readFileSync(new URL('../../oclif.manifest.json', import.meta.url), 'utf8'),
);
const ids = Object.keys(manifest.commands).sort();
const words = (id: string) => id.split(':');

it('every command of the build is looked at here', () => {
  expect(ids).toEqual(Object.keys(COMMANDS));
});

it('commands and their flags are those of surface/commands.json', async () => {
  const surface = Object.fromEntries(ids.map((id) => [words(id).join(' '), describeCommand(id)]));
  await expect(`${JSON.stringify(surface, null, 2)}\n`).toMatchFileSnapshot('surface/commands.json');
});

describe.each(['', 'table', ...ids])('the help of "%s"', (id) => {
  it('is that of surface/help', async () => {
    const help = await tablefold([...words(id).filter((word) => word !== ''), '--help'], {
      env: { OCLIF_COLUMNS: '100' },
    });
    expect(help.exit, help.stderr).toBe(0);
    const text = help.stdout.replaceAll(/^.*node-v.*$/gm, '  tablefold/…');
    await expect(text).toMatchFileSnapshot(`surface/help/${words(id || 'tablefold').join('-')}.txt`);
  });
});

describe.each(ids)('the examples of "%s"', (id) => {
  const command = COMMANDS[id]!;
  const examples = (command.examples ?? []).map((example) =>
    typeof example === 'string' ? example : example.command,
  );

  it('are there', () => expect(examples.length).toBeGreaterThan(0));

  it.each(examples)('parse: %s', async (example) => {
    const [bin, ...argv] = example.replace('<%= config.bin %>', 'tablefold').split(' ');
    expect(bin).toBe('tablefold');
    const own = words(id);
    expect(argv.slice(0, own.length)).toEqual(own);
    const flags = { ...command.baseFlags, ...command.flags };
    const given = argv.slice(own.length);
    const rest = id === 'query' ? splitParameters(given, flags).own : given;
    await Parser.parse(rest, { args: command.args, flags, strict: true });
  });
});

function describeCommand(id: string): object {
  const { args, flags } = manifest.commands[id]!;
  return {
    args: Object.values(args).map(({ name, required, options }) => ({ name, required, options })),
    flags: Object.fromEntries(
      Object.values(flags)
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map((flag) => [flag.name, describeFlag(id, flag)]),
    ),
  };
}

interface Limits {
  readonly min?: number;
  readonly max?: number;
}

/** Least and greatest value are in the command's class only: the manifest has no place for them. */
function describeFlag(id: string, flag: Command.Flag.Cached): object {
  const { baseFlags, flags } = COMMANDS[id]!;
  const { min, max } = { ...baseFlags, ...flags }[flag.name] as Limits;
  const { type, char, env, required, exclusive, dependsOn, relationships } = flag;
  const own = flag.type === 'option' ? { options: flag.options, multiple: flag.multiple || undefined } : {};
  const given = { type, char, env, required, default: flag.default, min, max, ...own };
  return { ...given, exclusive, dependsOn, relationships };
}
