import { nearest } from '../support/nearest.js';
import { sourceError } from './errors.js';

/** The parts of a source's URL, unescaped; what it leaves out is ''. */
export interface SourceUrl {
  /** In small letters, without its colon. */
  readonly scheme: string;
  readonly user: string;
  readonly password: string;
  /** A name, an address without brackets, or the path of a socket. */
  readonly host: string;
  readonly port: string;
  readonly database: string;
  /** What stands behind the `?`; each name once. */
  readonly parameters: ReadonlyMap<string, string>;
  /** The password in every spelling in which a message could repeat it. */
  readonly secrets: readonly string[];
}

export const SOURCE_URL_HINT =
  'Write postgres://user:password@host:5432/database or mysql://user:password@host:3306/database, with %XX for any of : / ? # [ ] @ in a part.';

/**
 * Reads `scheme://user:password@host:port/database?name=value`; every part but the scheme may be absent.
 * Throws `SOURCE_URL`, which never repeats the URL: a mistyped one may hold a password anywhere.
 */
export function parseSourceUrl(url: string): SourceUrl {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined)
    throw sourceError('SOURCE_URL', 'the source is not a URL', { hint: SOURCE_URL_HINT });
  if (/^[^/]*:\/\/(?:[^/?#]*@)?[^/?#@]*,/.test(url)) {
    throw refusedUrl('several hosts', 'Name the one to read from: a replica is the gentlest.');
  }
  // The standard refuses a user without a host, which stands for the socket or the host of the environment.
  const parsed = URL.canParse(url) ? new URL(url) : parseHostless(url);
  // An unescaped `/`, `?` or `#` in a password ends the URL's authority early: its rest, up to the `@`
  // before the host, would be taken for a database name and shown.
  if (parsed === null || parsed.hash !== '' || `${parsed.pathname}${parsed.search}`.includes('@')) {
    throw sourceError('SOURCE_URL', `the source is not a valid ${scheme}:// URL`, { hint: SOURCE_URL_HINT });
  }
  const { searchParams } = parsed;
  const names = [...searchParams.keys()];
  const repeated = names.find((name, n) => names.indexOf(name) !== n);
  if (repeated !== undefined) throw refusedUrl(`the parameter ${repeated} twice`, 'Leave one of them out.');
  try {
    const password = decodeURIComponent(parsed.password);
    return {
      scheme,
      user: decodeURIComponent(parsed.username),
      password,
      host:
        parsed.hostname === HOSTLESS ? '' : decodeURIComponent(parsed.hostname).replace(/^\[(.*)\]$/, '$1'),
      port: parsed.port,
      database: decodeURIComponent(parsed.pathname.slice(1)),
      parameters: new Map(searchParams),
      secrets: [parsed.password, password].filter((secret) => secret !== ''),
    };
  } catch {
    throw refusedUrl('a % that is no %XX', SOURCE_URL_HINT);
  }
}

const HOSTLESS = 'hostless.invalid';

function parseHostless(url: string): URL | null {
  const named = url.replace(/^([^/?#]*:\/\/[^/?#]*@)(?=[/?]|$)/, `$1${HOSTLESS}`);
  return named !== url && URL.canParse(named) ? new URL(named) : null;
}

/** Throws `SOURCE_URL` for a parameter that is none of `known`. */
export function refuseUnknown(url: SourceUrl, known: Iterable<string>): void {
  const names = [...known];
  const unknown = [...url.parameters.keys()].find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const near = nearest(unknown, names);
  throw refusedUrl(
    `an unknown parameter ${JSON.stringify(unknown)}`,
    near === null ? `Known are ${names.join(', ')}.` : `Did you mean ${near}?`,
  );
}

/** Digits as a number. Throws `SOURCE_URL` for anything else; `what` names where it stands. */
export function wholeNumber(text: string, what: string): number {
  if (!/^\d{1,9}$/.test(text)) throw refusedUrl(`a ${what} that is no whole number`, 'Write digits only.');
  return Number(text);
}

export function refusedUrl(what: string, hint: string) {
  return sourceError('SOURCE_URL', `the source URL has ${what}`, { hint });
}
