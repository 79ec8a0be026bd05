import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** What a page shows, and by which of its scripts: the report as plain JSON. */
export interface HtmlPage {
  readonly kind: 'plan' | 'diff' | 'verify';
  /** When the report was made, for people. */
  readonly made: string;
  readonly version: string;
  readonly data: object;
  /** What had been done at each of some moments of the run, for its chart. */
  readonly history: readonly HistoryPoint[];
}

/** All since the run began. */
export interface HistoryPoint {
  readonly seconds: number;
  readonly rows: number;
  readonly items: number;
  readonly readUnits: number;
}

const SCRIPTS = ['dom', 'lists', 'charts', 'plan', 'partitions', 'diff', 'verify', 'history', 'main'];

/**
 * One file that holds everything: no request leaves it, and none could (Content-Security-Policy). Data is JSON in a
 * script that never runs; the scripts that do are allowed by their hash, and set all data as text.
 */
export async function htmlPage(page: HtmlPage): Promise<string> {
  const [style, chart, ...scripts] = await Promise.all([
    asset('report.css'),
    readFile(chartLibrary(), 'utf8'),
    ...SCRIPTS.map((name) => asset(`${name}.js`)),
  ]);
  const library = chart.replace(/^\/\/# sourceMappingURL=.*$/m, '');
  const program = `(() => {\n'use strict';\n${scripts.join('\n')}})();\n`;
  const policy = [
    "default-src 'none'",
    `script-src ${digest(library)} ${digest(program)}`,
    `style-src ${digest(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>tablefold</title>
<style>${style}</style>
</head>
<body>
<noscript>This report is drawn by the scripts that it holds.</noscript>
<script type="application/json" id="data">${jsonInHtml(page)}</script>
<script>${library}</script>
<script>${program}</script>
</body>
</html>
`;
}

/** JSON that no parser of HTML takes for the end of its script, or for a comment. */
function jsonInHtml(value: object): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

function digest(script: string): string {
  return `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
}

function asset(name: string): Promise<string> {
  return readFile(new URL(`./assets/${name}`, import.meta.url), 'utf8');
}

/** The build for browsers stands beside the one that Node finds. */
function chartLibrary(): string {
  return createRequire(import.meta.url)
    .resolve('chart.js')
    .replace(/[^/\\]+$/, 'chart.umd.min.js');
}
