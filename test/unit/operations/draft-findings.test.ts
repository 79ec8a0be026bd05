import { describe, expect, it } from 'vitest';
import { NO_FINDINGS } from '../../../src/draft/draft.js';
import { findingsOfMeasures, findingsOfProblems } from '../../../src/operations/draft-findings.js';
import type { RiskMeasure } from '../../../src/operations/measure-risks.js';
import { draft, table } from '../draft/tables.js';

const DRAFT = draft([table('orders', { id: 'text', note: 'text' }, { unique: [['note']] })]);

function measure(target: string, found: RiskMeasure['found'], longest: number | null = null): RiskMeasure {
  return {
    ...{
      entity: 'Order',
      target,
      table: 'orders',
      column: 'note',
      type: 'text',
      hazards: [],
      canHold: [],
      policies: [],
    },
    ...{
      rows: 1,
      found,
      extremes: { longest, digits: null, earliest: null, latest: null },
      verdict: 'rejects',
    },
  };
}

const findingsOf = (...measures: readonly RiskMeasure[]) => findingsOfMeasures(measures, DRAFT, NO_FINDINGS);

describe('what the rows hold', () => {
  it.each([
    [{ zeroDates: 2 }, { zeroDate: 'omit', why: 'zero dates' }],
    [
      { zeroDates: 2, partialDates: 1 },
      { as: 'string', why: 'zero dates and dates with a zero month or day' },
    ],
    [
      { notBoolean: 1, nan: 0 },
      { as: 'number', why: 'numbers that are neither 0 nor 1' },
    ],
    [{ nan: 1 }, { as: 'string', why: 'NaN' }],
  ] as const)('%o in an attribute is kept by a policy', (found, policy) => {
    expect(findingsOf(measure('note', found))?.policies).toEqual(new Map([['orders.note', policy]]));
  });

  it('makes a column unfit for an index, and a table without a key', () => {
    expect(findingsOf(measure('main.gsi1.pk', { longPartitionKey: 1 }))?.unfit).toEqual(
      new Map([['orders.note', 'note holds text over 2,048 bytes']]),
    );
    expect(findingsOf(measure('main.pk', { longPartitionKey: 1 }))?.refused).toEqual(
      new Map([['orders', 'its key note holds text over 2,048 bytes']]),
    );
  });

  it('splits items that may be too large by their longest values together', () => {
    const two = [measure('note', {}, 200_000), { ...measure('more', {}, 200_000), column: 'more' }];
    expect(findingsOf(...two)?.large).toEqual(new Set(['orders']));
    expect(findingsOf(measure('note', {}, 200_000), measure('main.gsi1.pk', {}, 200_000))).toBeNull();
  });

  it('is null where there is nothing new', () => {
    const fits = { ...measure('note', { nan: 0 }), verdict: 'fits' as const };
    expect(findingsOf(fits)).toBeNull();
    const first = findingsOf(measure('note', { nan: 1 }));
    expect(findingsOfMeasures([measure('note', { nan: 1 })], DRAFT, first!)).toBeNull();
  });
});

describe('what check says', () => {
  const problem = {
    severity: 'error',
    code: 'SOURCE_REFUSES',
    message: 'no privilege',
    fix: null,
    place: null,
  } as const;

  it('leaves a table out by an error of its entity, and by nothing else', () => {
    const path = ['entities', 'Order', 'items'];
    expect(findingsOfProblems([{ ...problem, path }], DRAFT, NO_FINDINGS)?.refused).toEqual(
      new Map([['orders', 'no privilege']]),
    );
    const warning = { ...problem, severity: 'warning', path } as const;
    expect(findingsOfProblems([warning, { ...problem, path: ['table'] }], DRAFT, NO_FINDINGS)).toBeNull();
  });
});
