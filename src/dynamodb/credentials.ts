import type { Credentials } from './sign.js';

/** The SDK's own provider: keeps what it has until it is about to expire, or until told to refresh. */
export type CredentialProvider = (options?: { readonly forceRefresh?: boolean }) => Promise<Credentials>;

/** The credentials of one endpoint: many requests share them, and one refreshes them for all. */
export interface CredentialKeeper {
  current(): Promise<Credentials>;
  /** Others than `stale`, which the server has just refused; the same ones where there are no others. */
  renew(stale: Credentials): Promise<Credentials>;
  /** The provider has answered before, so that a failure now is likely to pass. */
  readonly proven: boolean;
}

export function keepCredentials(provider: CredentialProvider): CredentialKeeper {
  let last: Credentials | null = null;
  let renewal: Promise<Credentials> | null = null;
  const ask = async (options?: { readonly forceRefresh?: boolean }) => {
    const credentials = await provider(options);
    const { accessKeyId, sessionToken = '' } = credentials;
    // They are sent as headers: what follows a line's end would be read as another one.
    if (/[\r\n]/.test(accessKeyId + sessionToken)) throw new Error('the credentials hold a line break');
    last = credentials;
    return last;
  };
  return {
    current: () => renewal ?? ask(),
    renew(stale) {
      if (renewal !== null) return renewal;
      if (last !== null && !same(last, stale)) return Promise.resolve(last);
      renewal = ask({ forceRefresh: true }).finally(() => {
        renewal = null;
      });
      return renewal;
    },
    get proven() {
      return last !== null;
    },
  };
}

/** What emulators take when the SDK finds no credentials; DynamoDB Local wants letters and digits only. */
const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/**
 * Credentials for an emulator, which accepts all there are. That the chain is empty is found out once: it looks into files, and asks
 * the instance's metadata service over the network, each time anew.
 */
export function orLocal(chain: CredentialProvider): CredentialProvider {
  let empty = false;
  return async (options) => {
    if (empty && options?.forceRefresh !== true) return LOCAL_CREDENTIALS;
    try {
      return await chain(options);
    } catch {
      empty = true;
      return LOCAL_CREDENTIALS;
    }
  };
}

function same(a: Credentials, b: Credentials): boolean {
  return a.accessKeyId === b.accessKeyId && a.sessionToken === b.sessionToken;
}
