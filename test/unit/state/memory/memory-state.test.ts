import { memoryState } from '../../../../src/state/memory/memory-state.js';
import { stateContract } from '../../../contract/state.contract.js';

stateContract('the memory state', async () => memoryState());
