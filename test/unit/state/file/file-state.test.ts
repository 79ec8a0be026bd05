import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileState } from '../../../../src/state/file/file-state.js';
import { stateContract } from '../../../contract/state.contract.js';

stateContract('the file state', async () => fileState(await mkdtemp(join(tmpdir(), 'tablefold-'))));
