import { stateError } from './errors.js';
import type { StateStore } from './state.js';

/**
 * Opens the place that keeps runs: a folder, made when the first run begins. Throws `STATE_LOCATION` for
 * what is none.
 */
export async function openState(location: string): Promise<StateStore> {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(location)?.[1];
  if (scheme === undefined && location.trim() !== '') {
    return (await import('./file/file-state.js')).fileState(location);
  }
  throw stateError(
    'STATE_LOCATION',
    scheme === undefined ? 'the state has no folder' : `state cannot be kept in ${scheme}:// yet`,
    { hint: 'Name a folder with --state, for instance --state .tablefold' },
  );
}
