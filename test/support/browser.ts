import { type Browser, chromium } from 'playwright-core';

/** Headless, and silent on the network but for what a page asks. */
const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** @example await using browser = await startBrowser(requireEngine('chromium')); */
export async function startBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: FLAGS });
}
