import { sourceError } from '../errors.js';
import type { Credentials, Passwords } from '../passwords.js';
import { type AwsOptions, refusedByAws, sdkOptions } from './aws.js';

/** What RDS writes into its secrets, and the names that people give to the database. */
interface SecretParts {
  readonly password: string;
  readonly user?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  readonly database?: string | undefined;
}

/**
 * Reads the secret: JSON with `password` and, where there, `username`, `host`, `port` and `dbname`; any other
 * text is the password itself. Read again only when the server refuses its password. Throws
 * `SOURCE_CREDENTIALS`, which never repeats what the secret holds.
 */
export async function secretCredentials(secret: string, aws: AwsOptions): Promise<Credentials> {
  const { password, ...parts } = await read(secret, aws);
  return { ...parts, needsTls: false, passwordsFor: () => rotating(password, secret, aws) };
}

/** One rotation is read once, however many connections it has refused. */
function rotating(first: string, secret: string, aws: AwsOptions): Passwords {
  let password = first;
  let reading: Promise<string> | null = null;
  const readAgain = async () => {
    try {
      password = (await read(secret, aws)).password;
      return password;
    } finally {
      reading = null;
    }
  };
  return {
    current: () => Promise.resolve(password),
    async renewed(refused) {
      if (password !== refused) return password;
      reading ??= readAgain();
      const renewed = await reading;
      return renewed === refused ? null : renewed;
    },
  };
}

async function read(secret: string, aws: AwsOptions): Promise<SecretParts> {
  const { SecretsManagerClient, GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
  const client = new SecretsManagerClient(
    sdkOptions(aws, /^arn:[^:]*:secretsmanager:([^:]+):/.exec(secret)?.[1]),
  );
  let text: string | undefined;
  try {
    text = (await client.send(new GetSecretValueCommand({ SecretId: secret }))).SecretString;
  } catch (error) {
    throw refusedByAws(
      `the secret ${secret} cannot be read`,
      error,
      'Check its ARN, the credentials (`aws sts get-caller-identity`), and that they may secretsmanager:GetSecretValue (and kms:Decrypt, where it has a key of its own).',
    );
  } finally {
    client.destroy();
  }
  return partsOf(text ?? '', secret);
}

function partsOf(text: string, secret: string): SecretParts {
  const fields = fieldsOf(text);
  if (fields === null) {
    if (text !== '') return { password: text };
    throw refused(`the secret ${secret} holds no text`);
  }
  const part = (...names: readonly string[]): string | undefined => {
    const value = names
      .map((name) => fields[name])
      .find((one) => one !== undefined && one !== null && one !== '');
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  };
  const password = part('password');
  if (password === undefined) throw refused(`the secret ${secret} is JSON without a password`);
  return {
    password,
    user: part('username', 'user'),
    host: part('host', 'hostname'),
    port: part('port'),
    database: part('dbname', 'database'),
  };
}

/** Null for what is no JSON object: then the whole text is the password, such as one of digits. */
function fieldsOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function refused(message: string) {
  return sourceError('SOURCE_CREDENTIALS', message, {
    hint: 'It should be the password itself, or JSON as RDS writes it: {"username": …, "password": …, "host": …, "port": …, "dbname": …}.',
  });
}
