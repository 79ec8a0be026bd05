import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SecretsServer extends AsyncDisposable {
  readonly url: string;
  /** Its secrets by name; may be changed while it runs. */
  readonly secrets: Map<string, string>;
  /** Requests, in order. */
  readonly asked: readonly { readonly secret: string; readonly authorization: string }[];
}

/** Secrets Manager's GetSecretValue over its JSON protocol, with its error for a secret that is not there. */
export async function startSecretsServer(): Promise<SecretsServer> {
  const secrets = new Map<string, string>();
  const asked: { secret: string; authorization: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    const { SecretId } = JSON.parse(body);
    asked.push({ secret: SecretId, authorization: String(request.headers.authorization) });
    const SecretString = secrets.get(SecretId);
    const known =
      SecretString !== undefined && request.headers['x-amz-target'] === 'secretsmanager.GetSecretValue';
    response.writeHead(known ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(
      JSON.stringify(
        known
          ? { ARN: SecretId, Name: SecretId, SecretString }
          : {
              __type: 'ResourceNotFoundException',
              Message: "Secrets Manager can't find the specified secret.",
            },
      ),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    secrets,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
