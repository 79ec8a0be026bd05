import type { Row } from '../source.js';
import type { Statement } from './sql.js';

/** Runs one statement in a read-only transaction. Throws `SOURCE_*`. */
export type Ask = (statement: Statement) => Promise<readonly Row[]>;
