import { styleText } from 'node:util';

/** What stdout can show. */
export interface Terminal {
  /** Characters of a line; null where nobody looks at one (a file, a pipe). */
  readonly columns: number | null;
  readonly colour: boolean;
}

type Style = Parameters<typeof styleText>[0];

/** Colour on a terminal only, and none where NO_COLOR says so (no-color.org). */
export function terminalOf(
  stream: { readonly isTTY?: boolean; readonly columns?: number } = process.stdout,
  env: NodeJS.ProcessEnv = process.env,
): Terminal {
  if (stream.isTTY !== true) return { columns: null, colour: false };
  const plain = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return { columns: stream.columns ?? 80, colour: !plain };
}

export function paint(terminal: Terminal, style: Style, text: string): string {
  return terminal.colour ? styleText(style, text, { validateStream: false }) : text;
}
