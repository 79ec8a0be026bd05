import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(
  new URL('../../node_modules/yaml-language-server/bin/yaml-language-server', import.meta.url),
);

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
}

/** The YAML language server as an editor runs it: JSON-RPC over its standard streams. */
export interface LanguageServer extends AsyncDisposable {
  /** Opens a text under a `file:` URI and resolves with what is wrong in it: `line: message`, lines from 1. */
  readonly open: (uri: string, text: string) => Promise<readonly string[]>;
  /** The labels that are offered at a place; line and column from 1. */
  readonly complete: (uri: string, line: number, column: number) => Promise<readonly string[]>;
  /** The help shown there, as Markdown; empty where there is none. */
  readonly hover: (uri: string, line: number, column: number) => Promise<string>;
}

export async function startLanguageServer(): Promise<LanguageServer> {
  const child = spawn(process.execPath, [PROGRAM, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = new Map<number, (result: unknown) => void>();
  const found = new Map<string, (diagnostics: readonly string[]) => void>();
  let bytes = Buffer.alloc(0);
  let last = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (let message = take(); message !== null; message = take()) receive(message);
  });
  await ask('initialize', { processId: process.pid, rootUri: null, capabilities: {} });
  tell('initialized', {});
  return {
    open: (uri, text) =>
      new Promise((resolve) => {
        found.set(uri, resolve);
        tell('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text } });
      }),
    complete: async (uri, line, column) => {
      const result = await ask('textDocument/completion', at(uri, line, column));
      return (result as { items: { label: string }[] }).items.map(({ label }) => label);
    },
    hover: async (uri, line, column) => {
      const result = await ask('textDocument/hover', at(uri, line, column));
      return (result as { contents: { value: string } } | null)?.contents.value ?? '';
    },
    [Symbol.asyncDispose]: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      await ask('shutdown', null);
      tell('exit', null);
      await ended;
    },
  };

  function take(): Message | null {
    const head = bytes.indexOf('\r\n\r\n');
    const [, length] = /Content-Length: (\d+)/i.exec(bytes.subarray(0, Math.max(0, head)).toString()) ?? [];
    const end = head + 4 + Number(length);
    if (head < 0 || length === undefined || bytes.length < end) return null;
    const message = JSON.parse(bytes.subarray(head + 4, end).toString()) as Message;
    bytes = bytes.subarray(end);
    return message;
  }

  function receive({ id, method, params, result }: Message): void {
    if (method === 'textDocument/publishDiagnostics') {
      const { uri, diagnostics } = params as Published;
      found.get(uri)?.(diagnostics.map(({ range, message }) => `${range.start.line + 1}: ${message}`));
    } else if (method !== undefined && id !== undefined) {
      send({ id, result: null }); // it asks for settings, and takes none for the defaults
    } else if (id !== undefined) {
      answers.get(id)?.(result);
      answers.delete(id);
    }
  }

  function ask(method: string, params: unknown): Promise<unknown> {
    last += 1;
    const id = last;
    return new Promise((resolve) => {
      answers.set(id, resolve);
      send({ id, method, params });
    });
  }

  function tell(method: string, params: unknown): void {
    send({ method, params });
  }

  function send(message: Message): void {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }
}

interface Published {
  readonly uri: string;
  readonly diagnostics: readonly {
    readonly message: string;
    readonly range: { readonly start: { readonly line: number } };
  }[];
}

function at(uri: string, line: number, column: number) {
  return { textDocument: { uri }, position: { line: line - 1, character: column - 1 } };
}
