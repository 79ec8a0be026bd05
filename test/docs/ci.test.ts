import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { codeBlocks, readPage } from './code-blocks.js';

interface Workflow {
  readonly jobs: { readonly [job: string]: { readonly steps: readonly { readonly run?: string }[] } };
}

it('the workflow on the page is YAML, and runs commands of tablefold with flags that they have', () => {
  const [block] = codeBlocks(readPage('docs/ci.md')).filter(({ language }) => language === 'yaml');
  const workflow = parse(block?.text ?? '') as Workflow;
  const runs = workflow.jobs['plan']?.steps.flatMap(({ run }) => run ?? []) ?? [];
  const { commands } = JSON.parse(readPage('oclif.manifest.json')) as {
    readonly commands: { readonly [id: string]: { readonly flags: { readonly [name: string]: unknown } } };
  };
  const ours = runs.filter((run) => run.startsWith('npx tablefold '));
  expect(ours).toHaveLength(2);
  for (const run of ours) {
    const [, , id = '', ...args] = run.split(' ');
    const flags = Object.keys(commands[id]?.flags ?? {});
    for (const arg of args.filter((one) => one.startsWith('--'))) expect(flags).toContain(arg.slice(2));
  }
});
