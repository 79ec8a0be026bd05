import { startDynalite, startPostgres } from '../../support/engines/resolve-engines.js';

/** Starts two engines, says where they are, and stays until it is killed: for resolver.test.ts. */
const engines = await Promise.all([startPostgres(), startDynalite()]);
process.stdout.write(`${JSON.stringify(engines.map(({ url }) => url))}\n`);
setInterval(() => {}, 1_000);
