import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { messageOf } from '../../../src/support/error.js';
import { engine, type Recipe, type Way } from './engine.js';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser that looks at HTML reports. Its `url` is the path of the executable: each test starts one of its own. */
export const chromium: Recipe = {
  name: 'chromium',
  ways: [environment, onThisMachine],
  remedy: 'Install Chromium (Debian: apt-get install chromium), or set TABLEFOLD_CHROMIUM to its executable.',
};

async function environment(): ReturnType<Way> {
  const path = process.env['TABLEFOLD_CHROMIUM'];
  if (path === undefined) return { reason: 'TABLEFOLD_CHROMIUM is not set' };
  const found = await browserAt(path);
  return 'reason' in found ? { ...found, final: true } : found;
}

async function onThisMachine(): ReturnType<Way> {
  const path = PLACES.find((place) => existsSync(place));
  return path === undefined ? { reason: `there is no ${PLACES.join(', ')}` } : browserAt(path);
}

async function browserAt(path: string): ReturnType<Way> {
  try {
    const { stdout } = await promisify(execFile)(path, ['--version']);
    const version = /[\d.]+/.exec(stdout)?.[0] ?? 'unknown';
    return engine({ name: 'chromium', version, from: path, url: path, stop: async () => undefined });
  } catch (error) {
    return { reason: `${path}: ${messageOf(error)}` };
  }
}
