import { describeSource } from '../../../contract/source.contract.js';
import { postgresFixture } from './fixture.js';

describeSource('Postgres', postgresFixture);
