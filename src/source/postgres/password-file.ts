import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from '../../support/log.js';

export interface PasswordQuestion {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/** Where libpq looks without PGPASSFILE (postgresql.org/docs/current/libpq-pgpass.html). */
export function defaultPasswordFile(environment: NodeJS.ProcessEnv): string {
  const { APPDATA } = environment;
  return process.platform === 'win32' && APPDATA !== undefined
    ? join(APPDATA, 'postgresql', 'pgpass.conf')
    : join(homedir(), '.pgpass');
}

/**
 * The password of the first line of the file that fits, or null. Like libpq it passes over a file that others
 * may read, and says so.
 */
export function passwordFromFile(path: string, question: PasswordQuestion, log: Logger): string | null {
  let text: string;
  try {
    const { mode } = statSync(path);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      log.warn({ file: path }, 'the password file is passed over: others may read it; chmod 600 it');
      return null;
    }
    text = readFileSync(path, 'utf8');
  } catch {
    return null; // not there, or not ours: most people have none
  }
  // A socket's folder is written as the host, or as localhost.
  const hosts = question.host.startsWith('/') ? [question.host, 'localhost'] : [question.host];
  const asked = [hosts, [String(question.port)], [question.database], [question.user]];
  for (const line of text.split(/\r?\n/)) {
    if (line === '' || line.startsWith('#')) continue;
    const fields = splitLine(line);
    if (asked.every((wanted, n) => fields[n] === '*' || wanted.includes(fields[n] ?? ''))) {
      return fields[4] ?? null;
    }
  }
  return null;
}

/** Fields between colons; `\:` is a colon and `\\` a backslash. */
function splitLine(line: string): readonly string[] {
  const fields = [''];
  for (const [piece, escaped] of line.matchAll(/\\(.)|./gs)) {
    if (piece === ':') fields.push('');
    else fields.push((fields.pop() ?? '') + (escaped ?? piece));
  }
  return fields;
}
