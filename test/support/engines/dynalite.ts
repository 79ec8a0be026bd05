import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { messageOf } from '../../../src/support/error.js';
import { engine, type Recipe, type Way } from './engine.js';
import { startPrivate } from './private-server.js';

/**
 * DynamoDB without Java, for the demo: no transactions, TTL, Streams, PartiQL or multi-attribute index keys.
 * No test that stands for DynamoDB runs against it.
 */
export const dynalite: Recipe = {
  name: 'dynalite',
  ways: [npmPackage],
  remedy: 'Run npm ci.',
};

async function npmPackage(): ReturnType<Way> {
  try {
    const require = createRequire(import.meta.url);
    const manifest = require.resolve('dynalite/package.json');
    const { version } = require(manifest) as { readonly version: string };
    const server = await startPrivate({
      name: 'dynalite',
      refusesRoot: false,
      binaries: dirname(manifest),
      steps: ({ port, binaries }) => [
        {
          command: process.execPath,
          args: [
            ...[join(binaries, 'cli.js'), '--host', '127.0.0.1', '--port', String(port)],
            ...['--createTableMs', '1', '--deleteTableMs', '1', '--updateTableMs', '1'],
          ],
        },
      ],
      stopSignal: 'SIGKILL',
      async probe(port) {
        await (await fetch(`http://127.0.0.1:${port}/`)).text();
        return version;
      },
    });
    const url = `http://127.0.0.1:${server.port}`;
    return engine({ name: 'dynalite', version, from: 'npm dynalite', url, stop: server.stop });
  } catch (error) {
    return { reason: `npm dynalite: ${messageOf(error)}` };
  }
}
