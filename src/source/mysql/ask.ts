import type { Row } from '../source.js';
import type { Statement } from './sql.js';

/** Runs one statement on a read-only session. Throws `SOURCE_*`. */
export type Ask = (statement: Statement) => Promise<readonly Row[]>;
