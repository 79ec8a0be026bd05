import { measured } from './measure.js';
import { loadTablefold, type TablefoldTask } from './migrate/contestants/tablefold.js';

/** `migrate` in a process of its own, so that its CPU and memory are its own. Prints a Measure. */
const task = JSON.parse(process.argv[2] ?? '') as TablefoldTask;
process.stdout.write(JSON.stringify(await measured(await loadTablefold(task))));
