import { MigrationError } from '../support/error.js';

/** Where sessions get their password from; asked anew for each connection. */
export interface Passwords {
  current(): Promise<string>;
  /** Another than `refused`, which the server did not take; null where there is no other. */
  renewed(refused: string): Promise<string | null>;
}

/** Who logs in where, as far as something other than the URL says it: a secret, or a signed token. */
export interface Credentials {
  readonly user?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  readonly database?: string | undefined;
  /** Its passwords are sent as they are, and would serve whoever overhears them: only over TLS. */
  readonly needsTls: boolean;
  passwordsFor(login: Login): Passwords;
}

export interface Login {
  readonly host: string;
  readonly port: number;
  readonly user: string;
}

export function fixedPassword(password: string): Passwords {
  return { current: () => Promise.resolve(password), renewed: () => Promise.resolve(null) };
}

/**
 * Opens a session with the current password, and where the server refuses that one, with a renewed one: it
 * may have been rotated since it was read. Throws what `open` throws.
 */
export async function logIn<Opened>(
  passwords: Passwords,
  open: (password: string) => Promise<Opened>,
): Promise<Opened> {
  const password = await passwords.current();
  try {
    return await open(password);
  } catch (error) {
    if (!(error instanceof MigrationError) || error.code !== 'SOURCE_ACCESS_DENIED') throw error;
    const renewed = await passwords.renewed(password);
    if (renewed === null) throw error;
    return await open(renewed);
  }
}
