import { writeFile } from 'node:fs/promises';
import type { Difference, DiffReport } from '../operations/diff-report.js';
import { runError } from '../operations/errors.js';
import { type HtmlPage, htmlPage } from '../report/html-page.js';
import { messageOf } from '../support/error.js';

/** Writes the page where it was asked for. Throws `RUN_OUTPUT`. */
export async function writeHtml(file: string | undefined, page: Omit<HtmlPage, 'made'>): Promise<void> {
  if (file === undefined) return;
  const made = `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  await write(file, await htmlPage({ ...page, made }));
}

/** Writes the summary where it was asked for; returns what is printed instead of the report's text. Throws `RUN_OUTPUT`. */
export async function writeMarkdown(
  file: string | undefined,
  markdown: () => string,
  text: string,
): Promise<string> {
  if (file === undefined) return text;
  if (file === '-') return markdown();
  await write(file, markdown());
  return text;
}

/** More make a page that is slow to open; `--out` keeps all. */
const MOST_DIFFERENCES = 100_000;

/** Collects the differences of a page. */
export function pageOfDifferences() {
  const differences: Omit<Difference, 'fingerprint'>[] = [];
  let left = 0;
  return {
    add({ fingerprint: _, ...difference }: Difference): void {
      if (differences.length < MOST_DIFFERENCES) differences.push(difference);
      else left += 1;
    },
    data: (report: DiffReport) => ({ report: { ...report, samples: [] }, differences, left }),
  };
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw runError('RUN_OUTPUT', `${file} cannot be written: ${messageOf(error)}`, {
      cause: error,
      hint: 'Name a file in a folder that is there and that you may write to.',
    });
  }
}
