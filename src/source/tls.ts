import { readFileSync } from 'node:fs';
import { messageOf } from '../support/error.js';
import { refusedUrl } from './source-url.js';

/** libpq's words (postgresql.org/docs/current/libpq-ssl.html); `allow` would begin in the clear and is none of ours. */
export const TLS_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type TlsMode = (typeof TLS_MODES)[number];

/** What was asked for; files are paths, '' is none. */
export interface TlsRequest {
  readonly mode: TlsMode;
  /** PEM with one or more authorities; `system` and '' are those that Node brings. */
  readonly rootCertificate: string;
  readonly certificate: string;
  readonly key: string;
  readonly keyPassword: string;
}

/** How to encrypt, in terms of `node:tls`; each driver takes its own subset. */
export interface Tls {
  /** Without TLS where the server has none. */
  readonly optional: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
  /** The certificate must be of a known authority. */
  readonly checksAuthority: boolean;
  /** The certificate must be of the host that was asked for. */
  readonly checksHost: boolean;
}

/** Reads the files. Null is no TLS. Throws `SOURCE_URL`, naming the parameter. */
export function prepareTls({ mode, rootCertificate, certificate, key, keyPassword }: TlsRequest): Tls | null {
  if (mode === 'disable') return null;
  if ((certificate === '') !== (key === '')) {
    throw refusedUrl('only one of sslcert and sslkey', 'A client certificate needs both files.');
  }
  const own = rootCertificate !== '' && rootCertificate !== 'system';
  if (own && mode === 'prefer')
    throw refusedUrl('an sslrootcert that nothing checks', 'Add sslmode=verify-full.');
  return {
    optional: mode === 'prefer',
    ...(own ? { ca: readPem(rootCertificate, 'sslrootcert') } : {}),
    ...(certificate === '' ? {} : { cert: readPem(certificate, 'sslcert'), key: readPem(key, 'sslkey') }),
    ...(keyPassword === '' ? {} : { passphrase: keyPassword }),
    // With an authority at hand, libpq's `require` checks it too.
    checksAuthority: mode.startsWith('verify') || (mode === 'require' && own),
    checksHost: mode === 'verify-full',
  };
}

/** Throws `SOURCE_URL` for a word that is no mode; `no-verify` is what `pg` calls `require`. */
export function tlsModeOf(word: string, name: string): TlsMode {
  const mode = TLS_MODES.find((known) => known === (word === 'no-verify' ? 'require' : word));
  if (mode === undefined) throw refusedUrl(`an unknown ${name}`, `Known are ${TLS_MODES.join(', ')}.`);
  return mode;
}

function readPem(path: string, name: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw refusedUrl(`a ${name} that cannot be read: ${messageOf(error)}`, `Check the path behind ${name}.`);
  }
  if (!text.includes('-----BEGIN ')) {
    throw refusedUrl(`a ${name} that is no PEM file: ${path}`, 'It begins with -----BEGIN …-----.');
  }
  return text;
}

const AUTHORITY =
  'Name the file of its authority with sslrootcert=FILE (for RDS and Aurora global-bundle.pem of truststore.pki.rds.amazonaws.com), or check nothing with sslmode=require.';

/** What to do about a failure of TLS, by what Node and OpenSSL say: drivers put codes of their own on it. */
const TROUBLES: readonly (readonly [RegExp, string])[] = [
  [
    /self.signed certificate|unable to (get|verify)|unable to get (local )?issuer/i,
    `The server's certificate is of an authority that is not known here. ${AUTHORITY}`,
  ],
  [
    /certificate has expired/i,
    "The server's certificate, or one it was signed by, has expired: let it be renewed, and check the clock of this machine.",
  ],
  [/certificate is not yet valid/i, 'Check the clock of this machine.'],
  [
    /does not match certificate's altnames/i,
    'Write the host as its certificate names it; or check only the authority with sslmode=verify-ca.',
  ],
  [
    /certificate required|certificate unknown|unknown ca|bad certificate/i,
    'The server wants a client certificate that it knows: sslcert=FILE and sslkey=FILE.',
  ],
  [
    /does not support (SSL|secure) connections?/i,
    'The server has no TLS: turn it on there, or write sslmode=disable where the network may be trusted.',
  ],
  [
    /bad decrypt|wrong passphrase|bad password read|interrupted or cancelled/i,
    'Check sslkey and sslpassword.',
  ],
  [/key values mismatch/i, 'sslkey is not the key of sslcert.'],
  [
    /wrong version number|unsupported protocol|handshake failure|no protocols available|error establishing an SSL/i,
    'Server and client agree on no TLS: check that the port is the database and its TLS version is 1.2 or later.',
  ],
];

/** The next thing to do about an error of TLS; null for one that is none. */
export function tlsHint(message: string): string | null {
  return TROUBLES.find(([pattern]) => pattern.test(message))?.[1] ?? null;
}

/** The server has none, as either driver says it. */
export function hasNoTls(error: unknown): boolean {
  return /does not support (SSL|secure) connections?/i.test(messageOf(error));
}
