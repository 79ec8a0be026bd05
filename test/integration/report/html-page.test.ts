import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageOfDifferences } from '../../../src/cli/report-files.js';
import type { Difference } from '../../../src/operations/diff-report.js';
import type { PlanReport } from '../../../src/operations/plan-report.js';
import { type HtmlPage, htmlPage } from '../../../src/report/html-page.js';
import { startBrowser } from '../../support/browser.js';
import { requireEngine } from '../../support/require-resource.js';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.js';
import { ASKED, diffReport, HOSTILE, hostilePlan, verifyReport } from './reports.js';

const executable = requireEngine('chromium');
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

let browser: Browser;
let folder: TemporaryFolder;
beforeAll(async () => {
  browser = await startBrowser(executable);
  folder = await temporaryFolder();
});
afterAll(async () => {
  await browser?.close();
  await folder?.[Symbol.asyncDispose]();
});

/** A run of two seconds whose speed changes by half seconds. */
const HISTORY = [0, 500, 2_000, 2_500, 3_000].map((rows, at) => ({
  seconds: at / 2,
  rows,
  items: 2 * rows,
  readUnits: 0,
}));
interface Labelled {
  getAttribute(name: string): string | null;
}
const labelsOf = (canvases: readonly Labelled[]) => canvases.map((one) => one.getAttribute('aria-label'));

interface Opened extends AsyncDisposable {
  readonly page: Page;
  /** What the console said and what was asked of the network. */
  readonly complaints: readonly string[];
}

async function open(
  kind: HtmlPage['kind'],
  data: object,
  { width = 1280, dark = false, history = HISTORY } = {},
): Promise<Opened> {
  const file = join(folder.path, `${kind}.html`);
  await writeFile(
    file,
    await htmlPage({ kind, made: '2026-11-26 12:00 UTC', version: '0.1.0', data, history }),
  );
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: dark ? 'dark' : 'light',
    bypassCSP: false,
  });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  page.on('request', (request) => {
    if (request.url() !== `file://${file}`) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(`file://${file}`);
  await page.waitForSelector('main');
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
}

interface Finding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** What axe-core calls serious or critical. */
async function accessibility(page: Page): Promise<readonly string[]> {
  await page.evaluate(readFileSync(AXE, 'utf8'));
  const { violations } = await page.evaluate<{ readonly violations: readonly Finding[] }>('axe.run()');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

const LOOKS = [
  { width: 1280, dark: false },
  { width: 1280, dark: true },
  { width: 390, dark: false },
  { width: 390, dark: true },
];

describe('the page of a plan', () => {
  it.each(LOOKS)('opens without a complaint and fits, width $width, dark $dark', async (look) => {
    await using opened = await open('plan', hostilePlan(), look);
    const { page } = opened;
    expect(opened.complaints).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(look.width);
    expect(await page.locator('canvas').count()).toBe(5);
  });

  it('draws how fast the run went, and says it in words', async () => {
    await using opened = await open('plan', hostilePlan());
    const run = opened.page.locator('section', { hasText: 'The run' });
    expect(await run.locator('p.note').first().textContent()).toBe('2.0 s: 3,000 rows, 6,000 items.');
    expect(await run.locator('canvas').evaluateAll(labelsOf)).toEqual([
      'Rows a second. At most 3,000 at 1.0 s; 1,500 on average',
      'Items a second. At most 6,000 at 1.0 s; 3,000 on average',
    ]);
    await using short = await open('plan', hostilePlan(), { history: HISTORY.slice(0, 3) });
    expect(await short.page.getByText('The run').count()).toBe(0);
  });

  it('shows what is hostile as text', async () => {
    await using opened = await open('plan', hostilePlan());
    const { page, complaints } = opened;
    expect(await page.locator('h3').first().textContent()).toBe(HOSTILE);
    expect(await page.locator('img, iframe, main script').count()).toBe(0);
    expect(await page.evaluate('globalThis.stolen')).toBeUndefined();
    expect(complaints).toEqual([]);
  });

  it('searches partitions by their keys and values, page by page', async () => {
    const plan = hostilePlan();
    const sampledPartitions = Array.from({ length: 30 }, (_, at) => ({
      partition: `CUSTOMER#${at}`,
      items: [
        { sort: 'PROFILE', entity: 'C', copy: 'main', bytes: 10, attributes: { name: { S: `Name ${at}` } } },
      ],
      more: 0,
    }));
    await using opened = await open('plan', { ...plan, sampledPartitions } satisfies PlanReport);
    const { page } = opened;
    const section = page.locator('section', { hasText: 'partition by partition' });
    expect(await section.locator('article').count()).toBe(5);
    await section.getByRole('button', { name: 'Next' }).click();
    expect(await section.locator('h3').first().textContent()).toBe('CUSTOMER#5');
    await section.getByRole('searchbox').fill('name 17');
    await section.getByText('1–1 of 1 partitions').waitFor();
    expect(await section.locator('h3').allTextContents()).toEqual(['CUSTOMER#17']);
  });

  it('sorts its tables by any column, both ways', async () => {
    await using opened = await open('plan', hostilePlan());
    const { page } = opened;
    const table = page.getByRole('table', { name: 'Copies' });
    const items = () => table.locator('tbody tr td:nth-child(3)').allTextContents();
    await table.getByRole('button', { name: 'items' }).click();
    expect(await items()).toEqual(['1,200', '7']);
    await table.getByRole('button', { name: 'items' }).click();
    expect(await items()).toEqual(['7', '1,200']);
    expect(await table.locator('th').nth(2).getAttribute('aria-sort')).toBe('ascending');
  });
});

describe('the page of a diff', () => {
  const difference = (at: number): Difference => ({
    kind: at % 3 === 0 ? 'missing' : 'different',
    entity: at % 2 === 0 ? 'Order' : 'Customer',
    copy: 'main',
    key: { pk: { S: `ORDER#${at}` }, sk: { S: HOSTILE } },
    source: `orders#${at}`,
    attributes:
      at % 3 === 0 ? [] : [{ name: `total${at % 5}`, expected: { N: String(at) }, found: { S: HOSTILE } }],
    stale: false,
    fingerprint: null,
  });

  function pageOf(count: number): object {
    const page = pageOfDifferences();
    for (let at = 0; at < count; at += 1) page.add(difference(at));
    return page.data(diffReport());
  }

  it('lets differences be browsed by kind, entity, attribute and words', async () => {
    await using opened = await open('diff', pageOf(300));
    const { page } = opened;
    const status = page.locator('section', { hasText: 'Differences' }).last().getByRole('status');
    const choose = (label: string) => page.getByRole('combobox', { name: label });
    expect(await status.textContent()).toBe('1–50 of 300 differences');
    await choose('kind').selectOption('different');
    expect(await status.textContent()).toBe('1–50 of 200 differences');
    await choose('entity').selectOption('Customer');
    await choose('attribute').selectOption('total1');
    expect(await status.textContent()).toBe('1–20 of 20 differences');
    await page.getByRole('searchbox').fill('order#121');
    await page.getByText('1–1 of 1 differences').waitFor();
    expect(await page.locator('.difference h3 .key').textContent()).toBe(`ORDER#121 / ${HOSTILE}`);
    expect(opened.complaints).toEqual([]);
  });

  it('opens with 100,000 differences, of which it draws fifty, and says that there are more', async () => {
    await using opened = await open('diff', pageOf(100_003));
    const { page } = opened;
    expect(await page.locator('.difference').count()).toBe(50);
    expect(await page.getByText('3 more are not on this page').count()).toBe(1);
    await page.getByRole('searchbox').fill('orders#99999');
    await page.getByText('1–1 of 1 differences').waitFor();
    expect(opened.complaints).toEqual([]);
  });
});

describe('the page of a verdict', () => {
  const data = { report: verifyReport(), asked: ASKED, items: pageOfDifferences().data(diffReport()) };

  it('shows the verdict first, then patterns that differ before the others, each with key, SQL and answers', async () => {
    await using opened = await open('verify', data);
    const { page } = opened;
    expect(await page.locator('main > *').first().textContent()).toMatch(/does not say what the source says/);
    const cards = page.locator('article.difference');
    expect(await cards.locator('h3').allTextContents()).toEqual([
      'different other',
      'failed broken',
      'equal same',
      'not verified unasked',
    ]);
    const first = await cards.first().innerText();
    expect(first).toContain(`gsi1: pk = ${HOSTILE}, sk between A and B`);
    expect(first).toContain('Asked 20 times, 7 answers differ; 90 rows of the SQL compared.');
    expect(first).toContain('The first 2 differences are here.');
    expect(await cards.first().locator('tbody tr td').allTextContents()).toEqual([
      HOSTILE,
      HOSTILE,
      '(none)',
    ]);
    await page.getByRole('searchbox').fill('from customers');
    await page.getByText('1–1 of 1 access patterns').waitFor();
    expect(await cards.locator('h3').allTextContents()).toEqual(['equal same']);
    // The counts of the items stand below.
    expect(await page.getByRole('heading', { name: 'Items against rows' }).count()).toBe(1);
    expect(opened.complaints).toEqual([]);
  });

  it('has patterns alone where the items were not asked for', async () => {
    await using opened = await open('verify', { ...data, items: null }, { history: [] });
    expect(await opened.page.getByRole('heading', { level: 2 }).allTextContents()).toEqual([
      'Access patterns against SQL',
    ]);
    expect(opened.complaints).toEqual([]);
  });
});

describe('accessibility', () => {
  it.each(['plan', 'diff', 'verify'] as const)(
    '%s has no serious finding of axe, light and dark',
    async (kind) => {
      const page = pageOfDifferences();
      page.add({
        kind: 'different',
        entity: 'Order',
        copy: 'main',
        key: { pk: { S: 'a' } },
        source: 'orders#1',
        attributes: [{ name: 'total', expected: { N: '1' }, found: null }],
        stale: true,
        fingerprint: null,
      });
      for (const dark of [false, true]) {
        const items = page.data(diffReport());
        const verified = { report: verifyReport(), asked: ASKED, items };
        const data = { plan: hostilePlan(), diff: items, verify: verified }[kind];
        await using opened = await open(kind, data, { dark });
        expect(await accessibility(opened.page)).toEqual([]);
      }
    },
  );
});
