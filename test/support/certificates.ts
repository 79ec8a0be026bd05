import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** PEM texts, by the openssl of the machine; all certificates of servers are of one key. */
export interface Certificates {
  readonly authority: string;
  /** Signed nothing of these. */
  readonly foreignAuthority: string;
  readonly serverKey: string;
  /** Of `localhost` and 127.0.0.1. */
  readonly server: string;
  /** Of `elsewhere.example`. */
  readonly elsewhere: string;
  /** Of localhost and 127.0.0.1, until yesterday. */
  readonly expired: string;
  readonly clientKey: string;
  readonly client: string;
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
const HERE = 'subjectAltName=DNS:localhost,IP:127.0.0.1';

export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'tablefold-certificates-'));
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const text = (name: string) => readFileSync(join(folder, name), 'utf8');
  const authority = (name: string) =>
    openssl(
      'req',
      '-x509',
      ...KEY,
      '-keyout',
      `${name}.key`,
      '-out',
      name,
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
    );
  const request = (name: string) =>
    openssl('req', ...KEY, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
  const sign = (csr: string, name: string, extension: string, days: string) => {
    writeFileSync(join(folder, 'extension'), extension);
    const by = ['-CA', 'authority', '-CAkey', 'authority.key', '-CAcreateserial'];
    openssl('x509', '-req', '-in', csr, ...by, '-days', days, '-extfile', 'extension', '-out', name);
  };
  try {
    authority('authority');
    authority('foreign');
    request('server');
    request('client');
    sign('server.csr', 'here', HERE, '2');
    sign('server.csr', 'elsewhere', 'subjectAltName=DNS:elsewhere.example', '2');
    sign('server.csr', 'expired', HERE, '-1');
    sign('client.csr', 'client', 'extendedKeyUsage=clientAuth', '2');
    return {
      authority: text('authority'),
      foreignAuthority: text('foreign'),
      serverKey: text('server.key'),
      server: text('here'),
      elsewhere: text('elsewhere'),
      expired: text('expired'),
      clientKey: text('client.key'),
      client: text('client'),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
