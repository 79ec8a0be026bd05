import { expect, it } from 'vitest';
import { diffMarkdown, planMarkdown } from '../../../src/cli/markdown.js';
import { diffReport, HOSTILE, hostilePlan } from '../../integration/report/reports.js';

it('a summary of a plan has a verdict, the copies, the hottest keys, the ways to load and the rejects', () => {
  const markdown = planMarkdown(hostilePlan());
  expect(markdown).toContain('❌ 4 items would be rejected. 1,200 rows → 1,207 items');
  expect(markdown).toMatch(/^\| entity \| copy \| items \|/m);
  expect(markdown).toMatch(/^\| BatchWriteItem \| on\\-demand \|/m);
  const fine = planMarkdown({ ...hostilePlan(), totals: { ...hostilePlan().totals, rejects: 0 } });
  expect(fine).toContain('✅ Nothing would be rejected');
});

it('a summary of a diff has a verdict, the copies and the first differences', () => {
  const key = { pk: { S: HOSTILE } };
  const difference = { kind: 'missing', entity: 'Order', copy: 'main', key, source: HOSTILE } as const;
  const samples = [{ ...difference, attributes: [], stale: false, fingerprint: null }];
  const markdown = diffMarkdown({ ...diffReport(), samples });
  expect(markdown).toContain('❌ 1 missing, 1 different, 1 orphans, 0 rejects, of 10 items expected.');
  expect(markdown).toContain('| missing | Order.main | `');
  const totals = { ...diffReport().totals, missing: 0, different: 0, orphans: 0 };
  expect(diffMarkdown({ ...diffReport(), totals })).toContain('✅ The table holds what the source says');
});

it('what comes from data makes no markup: no tag, no link, no mention, no further cell', () => {
  const evil = '[x](http://evil) @team | <b> `a | <i>`';
  const plan = hostilePlan();
  const [entity] = plan.entities;
  const named = { ...plan, entities: [{ ...entity!, entity: evil }] };
  const outside = (markdown: string) => markdown.replaceAll(/`[^`\n]*`/g, '');
  for (const markdown of [planMarkdown(plan), planMarkdown(named), diffMarkdown(diffReport())]) {
    expect(outside(markdown)).not.toMatch(/(?<!\\)[<>@]/);
    expect(outside(markdown)).not.toMatch(/(?<!\\)\](?:\(|\\\()/);
  }
  const lines = planMarkdown(named)
    .split('\n')
    .filter((line) => line.startsWith('| \\[x'));
  expect(lines.map((line) => line.split(/(?<!\\)\|/).length)).toEqual([8, 8, 6, 6]);
});
