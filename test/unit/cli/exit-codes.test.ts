import { describe, expect, it } from 'vitest';
import { EXIT, exitCodeOf } from '../../../src/cli/exit-codes.js';
import { type ErrorCode, MigrationError } from '../../../src/support/error.js';

describe('exit codes', () => {
  it.each<[ErrorCode, number]>([
    ['USAGE_VALUE', 2],
    ['MAPPING_INVALID', 3],
    ['STATE_EXISTS', 3],
    ['SOURCE_CONNECT', 4],
    ['SINK_TABLE_MISSING', 5],
    ['TABLE_LIMIT', 5],
    ['SINK_NOT_EMPTY', 3],
    ['RUN_INTERRUPTED', 130],
    ['RUN_TOO_MANY_REJECTS', 6],
    ['RUN_ACCOUNT', 1],
  ])('%s ends with %i', (code, exit) => {
    expect(exitCodeOf(new MigrationError(code, 'x'))).toBe(exit);
  });

  it('are all different, so that a script can tell them apart', () => {
    expect(new Set(Object.values(EXIT)).size).toBe(Object.keys(EXIT).length);
  });
});
