import { describeSource } from '../../../contract/source.contract.js';
import { requireEngine } from '../../../support/require-resource.js';
import { postgresFixture } from './fixture.js';

const server = requireEngine('postgres');

describeSource('Postgres', (tables) => postgresFixture(server, tables));
