import { stateError } from './errors.js';

/** Throws `STATE_LOCATION` unless `name` is `[A-Za-z0-9._-]+` and no way out of the folder. */
export function checkRunName(name: string): void {
  if (/^[A-Za-z0-9._-]+$/.test(name) && name !== '.' && name !== '..') return;
  throw stateError('STATE_LOCATION', `${JSON.stringify(name)} cannot be the name of a run`, {
    hint: 'Use letters, digits, dots, underscores and hyphens; `tablefold status` lists the runs there are.',
  });
}
