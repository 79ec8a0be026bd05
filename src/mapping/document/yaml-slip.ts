import type { YAMLError } from 'yaml';

/** What is wrong with a text that is no YAML, where, and what mends it. */
export interface YamlSlip {
  readonly message: string;
  /** Characters from the start. */
  readonly offset: number;
  readonly fix: string;
}

const QUOTES =
  "Mend the line. Tabs cannot indent; text with {, # or ': ' in it needs quotes: pk: 'ORDER#{id}'.";
/** `from:customers`: no key, but a text. */
const KEY_WITHOUT_SPACE = /^\s*(?:- )?([A-Za-z_][\w-]*):([^\s:/].*)$/;

/** The parser's first error as a writer of mappings would look for it: it notices some slips only behind them. */
export function yamlSlip({ code, message, pos }: YAMLError, source: string): YamlSlip {
  const [offset] = pos;
  if (code === 'BAD_INDENT' && message.startsWith('Flow ')) {
    const end = source.slice(0, source.lastIndexOf('\n', offset - 1) + 1).trimEnd();
    const line = end.slice(end.lastIndexOf('\n') + 1);
    const fix = line.includes(' #')
      ? "Behind a space # begins a comment: put text that holds one in quotes: pk: 'ORDER #{id}'."
      : 'Close it with } or ] at the end of its last line.';
    const start = end.length - line.trimStart().length;
    return { message: 'a { or [ is open at the end of this line', offset: start, fix };
  }
  if (code === 'MULTILINE_IMPLICIT_KEY') {
    const line = lineAt(source, offset);
    const [, key, rest] = KEY_WITHOUT_SPACE.exec(line) ?? [];
    if (key !== undefined) {
      return { message: 'no space behind the colon', offset, fix: `Write ${key}: ${rest ?? ''}` };
    }
  }
  const [, quote] = code === 'MISSING_CHAR' ? (/^Missing closing (["'])quote/.exec(message) ?? []) : [];
  if (quote !== undefined) {
    const opened = source.lastIndexOf(quote, offset - 1); // the parser sees it at the end of the text that it read
    return { message: 'this quote is not closed', offset: opened, fix: `Close the text with ${quote}.` };
  }
  if (code === 'MULTIPLE_DOCS') {
    return {
      message: 'a second document begins',
      offset,
      fix: 'Remove the line ---: a mapping is one document.',
    };
  }
  return { message, offset, fix: QUOTES };
}

function lineAt(source: string, offset: number): string {
  const end = source.indexOf('\n', offset);
  return source.slice(source.lastIndexOf('\n', offset - 1) + 1, end < 0 ? source.length : end);
}
