import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const HERE = new URL('./', import.meta.url);
const BUILT = new URL('../../node_modules/.cache/tablefold-bench/', import.meta.url);
const OPTIONS = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true };

/**
 * Strips the types off the scripts that are measured, so that plain Node runs them: what a loader would add
 * to their CPU and memory is in no figure.
 */
export async function buildScripts(names: readonly string[]): Promise<void> {
  await mkdir(BUILT, { recursive: true });
  await writeFile(new URL('package.json', BUILT), '{ "type": "module" }');
  for (const name of names) {
    const source = await readFile(new URL(`${name}.ts`, HERE), 'utf8');
    const { outputText } = ts.transpileModule(source, { compilerOptions: OPTIONS });
    const built = new URL(`${name}.js`, BUILT);
    await mkdir(new URL('./', built), { recursive: true });
    await writeFile(built, outputText);
  }
}

export interface RunOptions {
  /** PEM file of an authority more. */
  readonly trust?: string | undefined;
  /** Flags for Node, before the script. */
  readonly nodeFlags?: readonly string[] | undefined;
}

/** Runs a built script with one JSON argument; answers the JSON that it prints. */
export async function runScript<Result>(
  name: string,
  argument: unknown,
  { trust, nodeFlags = [] }: RunOptions = {},
): Promise<Result> {
  const script = fileURLToPath(new URL(`${name}.js`, BUILT));
  const env = {
    ...process.env,
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    NODE_NO_WARNINGS: '1',
    ...(trust === undefined ? {} : { NODE_EXTRA_CA_CERTS: trust }),
  };
  const child = spawn(process.execPath, [...nodeFlags, script, JSON.stringify(argument)], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  const exit = await new Promise((resolve) => child.on('close', resolve));
  if (exit !== 0) throw new Error(`${name} ${JSON.stringify(argument)} ended with ${exit}`);
  return JSON.parse(out) as Result;
}
