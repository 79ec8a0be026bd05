import { describe, expect, it } from 'vitest';
import { compileCondition } from '../../../../src/mapping/compile/compile-condition.js';
import type { Bound, Scalar } from '../../../../src/mapping/mapping.js';
import type { ResolvedCondition } from '../../../../src/mapping/resolved-mapping.js';
import { column, type Name, row } from '../columns.js';

const among = (name: Name, ...values: Scalar[]): ResolvedCondition => ({
  kind: 'in',
  column: column(name),
  values,
});
const isNull = (name: Name, answer: boolean): ResolvedCondition => ({
  kind: 'isNull',
  column: column(name),
  isNull: answer,
});
const range = (name: Name, ...bounds: (readonly [Bound, Scalar])[]): ResolvedCondition => ({
  kind: 'range',
  column: column(name),
  bounds,
});
const not = (condition: ResolvedCondition): ResolvedCondition => ({ kind: 'not', condition });
const all = (...conditions: ResolvedCondition[]): ResolvedCondition => ({ kind: 'all', conditions });
const any = (...conditions: ResolvedCondition[]): ResolvedCondition => ({ kind: 'any', conditions });

describe('when', () => {
  it.each<[ResolvedCondition, Parameters<typeof row>[0], boolean | null]>([
    [among('name', 'a', 'b'), { name: 'b' }, true],
    [among('name', 'a'), { name: 'A' }, false],
    [among('code', 'x'), { code: 'x  ' }, true],
    [among('total', 10, 2.5), { total: '2.50' }, true],
    [among('total', '1e1'), { total: '10.00' }, true],
    [among('id', 1e21), { id: '1000000000000000000000' }, true],
    [among('paid', true), { paid: '1' }, true],
    [among('paid', false), { paid: 't' }, false],
    [among('paid', 1), { paid: 't' }, true],
    [among('at', '2024-01-31T09:30:00Z'), { at: '2024-01-31 09:30:00.000+00' }, true],
    [among('name'), { name: 'a' }, false],
    [among('name', 'null'), {}, null],
    [isNull('name', true), {}, true],
    [isNull('name', false), {}, false],
    [isNull('name', false), { name: '' }, true],
    [range('total', ['gt', 9.5]), { total: '10.00' }, true],
    [range('total', ['gt', 10]), { total: '10.00' }, false],
    [range('total', ['gte', 10]), { total: '10.00' }, true],
    [range('total', ['lt', 10]), { total: '10.00' }, false],
    [range('total', ['lte', '1e1']), { total: '10.00' }, true],
    [range('total', ['gte', 10], ['lt', 20]), { total: '20' }, false],
    [range('total', ['gte', 10], ['lt', 20]), { total: '19.99' }, true],
    [range('id', ['gt', '9007199254740992']), { id: '9007199254740993' }, true],
    [range('day', ['lt', '2024-02-01']), { day: '2024-01-31' }, true],
    [range('at', ['gte', '2024-01-31T09:30:00Z']), { at: '2024-01-31 09:30:00.000+00' }, true],
    [range('mood', ['gte', 'ok']), { mood: 'happy' }, true],
    [range('mood', ['gte', 'ok']), { mood: 'sad' }, false],
    [range('total', ['gt', 0]), {}, null],
    [not(range('total', ['gt', 0])), {}, null],
    [not(among('name', 'a')), { name: 'b' }, true],
    [not(among('name', 'a')), {}, null],
    [all(), {}, true],
    [any(), {}, false],
    [all(among('name', 'a'), among('id', 1)), { name: 'a', id: '1' }, true],
    [all(among('name', 'a'), among('id', 1)), { name: 'a' }, null],
    [all(among('name', 'a'), among('id', 1)), { name: 'b' }, false],
    [any(among('name', 'a'), among('id', 1)), { name: 'a' }, true],
    [any(among('name', 'a'), among('id', 1)), { name: 'b' }, null],
    [not(any(among('name', 'a'), isNull('id', false))), { name: 'b' }, true],
  ])('%j of %j is %s', (condition, cells, expected) => {
    expect(compileCondition(condition)(row(cells))).toBe(expected);
  });
});
