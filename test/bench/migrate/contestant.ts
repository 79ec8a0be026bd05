import { measured } from '../measure.js';
import type { Run, Task } from './task.js';

/** Modules are loaded before the clock starts, for everybody. */
async function load(task: Task): Promise<Run> {
  switch (task.name) {
    case 'tablefold':
      return (await import('./contestants/tablefold.js')).loadTablefold(task);
    case 'handwritten':
      return (await import('./contestants/handwritten.js')).loadHandwritten(task);
    case 'electrodb':
      return (await import('./contestants/electrodb.js')).loadElectroDb(task);
    case 'dynamodb-toolbox':
      return (await import('./contestants/toolbox.js')).loadToolbox(task);
    case 'dynamoose':
      return (await import('./contestants/dynamoose.js')).loadDynamoose(task);
    case 'limit':
      return (await import('./contestants/limit.js')).loadLimit(task);
  }
}

/** One contestant in a process of its own, so that its CPU and memory are its own. Prints a Measure. */
const task = JSON.parse(process.argv[2] ?? '') as Task;
process.stdout.write(JSON.stringify(await measured(await load(task))));
