import { describe, expect, it } from 'vitest';
import type { EntityMapper } from '../../../src/mapping/mapper.js';
import { planOf } from '../../../src/operations/selection.js';

function mapper(entity: string, ...columns: string[]): EntityMapper {
  const identity = columns.map((name) => ({
    name,
    nativeType: 'bigint',
    type: { kind: 'integer', bits: 64, unsigned: false } as const,
    nullable: false,
    generated: false,
  }));
  const query = {
    entity,
    table: { schema: 's', name: 't' },
    where: null,
    identity,
    joins: [],
    columns: [],
    aggregates: [],
    embeds: [],
  };
  return { entity, copies: ['main'], query, map: () => undefined };
}

const LINE = mapper('Line', 'order_id', 'line_no');

describe('the selection of rows', () => {
  it('takes all rows by default', () => {
    expect(planOf({}, [LINE], 100)).toEqual({ rowsPerChunk: 100 });
  });

  it('takes the first rows with a limit', () => {
    expect(planOf({ limit: 5 }, [LINE, mapper('Order', 'id')], 100)).toEqual({ rowsPerChunk: 100, limit: 5 });
  });

  it('puts the columns of a key into the order of the primary key', () => {
    expect(planOf({ keys: ['line_no=2,order_id=42'] }, [LINE], 100).keys).toEqual([['42', '2']]);
  });

  it('lets a value hold = and an escaped comma', () => {
    expect(planOf({ keys: ['code=a=b\\,c'] }, [mapper('Code', 'code')], 100).keys).toEqual([['a=b,c']]);
  });

  it('lets a value end with a backslash', () => {
    expect(planOf({ keys: ['order_id=a\\\\,line_no=\\,b'] }, [LINE], 100).keys).toEqual([['a\\', ',b']]);
  });

  it.each([
    [['42'], 'does not name a row'],
    [['order_id=42'], 'lacks line_no'],
    [['order_id=42,line=1'], 'does not name a row'],
    [['order_id=42,order_id=43'], 'does not name a row'],
  ])('refuses %j and says how to write it', (keys, message) => {
    expect(() => planOf({ keys }, [LINE], 100)).toThrow(
      expect.objectContaining({
        code: 'USAGE_VALUE',
        message: expect.stringContaining(message),
        hint: expect.stringContaining('--where-key order_id=VALUE,line_no=VALUE'),
      }),
    );
  });

  it('refuses keys of several entities, and keys with a limit', () => {
    expect(() => planOf({ keys: ['id=1'] }, [LINE, mapper('Order', 'id')], 1)).toThrow(
      /several are to be migrated/,
    );
    expect(() => planOf({ keys: ['id=1'], limit: 1 }, [mapper('Order', 'id')], 1)).toThrow(
      /exclude each other/,
    );
  });
});
