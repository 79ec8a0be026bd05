import { describeSource } from '../../../contract/source.contract.js';
import { requireEngine } from '../../../support/require-resource.js';
import { mysqlFixture } from './fixture.js';

const server = requireEngine('mariadb');

describeSource('MariaDB', (tables) => mysqlFixture(server, tables));
