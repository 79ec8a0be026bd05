import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sameItem } from '../../src/item/canonical.js';
import type { Item } from '../../src/item/item.js';
import type {
  ExistingPolicy,
  KeyQuery,
  QueryPage,
  Sink,
  WireItem,
  WriteOutcome,
} from '../../src/sink/sink.js';
import { makeItem, makeItems } from './sink-items.js';

const signal = new AbortController().signal;

/** What every sink that reads back has to keep. `open` gives a sink over an empty `SINK_TABLE`. */
export function sinkContract(name: string, open: () => Promise<Sink>): void {
  describe(`${name} keeps the contract of a sink`, () => {
    let sink: Sink;
    beforeAll(async () => {
      sink = await open();
    });
    afterAll(() => sink[Symbol.asyncDispose]());

    /** A partition key that no other test uses. */
    const fresh = () => `P#${randomUUID()}`;

    async function write(
      batch: readonly Item[],
      policy: ExistingPolicy = 'overwrite',
    ): Promise<WriteOutcome> {
      await using writer = await sink.openWriter(policy);
      return writer.write(batch, signal);
    }

    async function read(items: readonly Item[]): Promise<(WireItem | undefined)[]> {
      const reader = await sink.openReader();
      if (reader === null) throw new Error('the sink says that it reads back');
      await using _ = reader;
      const found = await reader.get(
        items.map((item) => item.key),
        signal,
      );
      return items.map((item) => found.get(item.key));
    }

    it('gives back what was put, absent keys left out', async () => {
      const items = [
        makeItem(fresh(), 'all types', {
          s: { S: 'ü€😀 "\\\u0001' },
          empty: { S: '' },
          n: { N: '12345678901234567890123456789012345678' },
          b: { B: 'AAEC' },
          yes: { BOOL: true },
          none: { NULL: true },
          l: { L: [{ S: 'a' }, { M: { x: { N: '-1.5' } } }] },
          m: { M: {} },
          ss: { SS: ['b', 'a'] },
          ns: { NS: ['2', '1'] },
          bs: { BS: ['AA==', 'AQ=='] },
        }),
        makeItem(fresh(), 'plain'),
      ];
      const outcome = await write(items);
      expect(outcome).toMatchObject({ written: 2, skipped: [], unprocessed: [], rejects: [], trouble: null });
      const absent = makeItem(fresh(), 'never written');
      const found = await read([...items, absent]);
      expect(found[2]).toBeUndefined();
      for (const [n, item] of items.entries()) {
        expect(sameItem(found[n] as WireItem, JSON.parse(item.json))).toBe(true);
      }
    });

    describe('repair', () => {
      const keyOf = ({ key }: Item) => JSON.parse(key) as WireItem;
      const wireOf = ({ json }: Item) => JSON.parse(json) as WireItem;
      async function repairer() {
        const opened = await sink.openRepairer();
        if (opened === null) throw new Error('the sink says that it reads back');
        return opened;
      }

      it('creates an item where its key is free, and never replaces another', async () => {
        const item = makeItem(fresh(), 'A', { n: { N: '1' } });
        await using repair = await repairer();
        expect(await repair.create(wireOf(item), signal)).toMatchObject({ kind: 'done' });
        expect(await repair.create(wireOf(item), signal)).toMatchObject({ kind: 'done' }); // its own, of a lost reply
        expect(await repair.create({ ...wireOf(item), n: { N: '2' } }, signal)).toEqual({ kind: 'changed' });
        expect(await read([item])).toEqual([expect.objectContaining({ n: { N: '1' } })]);
      });

      it('changes the attributes of an item that still is what was seen, and leaves its others alone', async () => {
        const seen = {
          n: { N: '1' },
          gone: { S: '' },
          "it's #a:b": { M: { a: { L: [{ NULL: true }] } } },
        } as const;
        const item = makeItem(fresh(), 'A', { ...seen, app: { SS: ['x'] } });
        await write([item]);
        await using repair = await repairer();
        const changes = [
          { name: 'n', seen: { N: '1.0' }, wanted: { N: '2' } },
          { name: 'gone', seen: seen.gone, wanted: null },
          { name: 'new', seen: null, wanted: { B: 'AAEC' } },
          { name: "it's #a:b", seen: seen["it's #a:b"], wanted: { S: 'ü' } },
        ] as const;
        expect(await repair.update(keyOf(item), changes, signal)).toMatchObject({ kind: 'done' });
        const after = {
          ...keyOf(item),
          n: { N: '2' },
          new: { B: 'AAEC' },
          "it's #a:b": { S: 'ü' },
          app: { SS: ['x'] },
        };
        const [found] = await read([item]);
        expect(found).toMatchObject(after);
        expect(found).not.toHaveProperty('gone');
        expect(await repair.update(keyOf(item), changes, signal)).toMatchObject({ kind: 'done' });
        for (const change of [
          { name: 'n', seen: { N: '1' }, wanted: { N: '3' } },
          { name: 'new', seen: null, wanted: { N: '3' } },
          { name: 'absent', seen: { N: '3' }, wanted: { N: '4' } },
        ]) {
          expect(await repair.update(keyOf(item), [change], signal)).toEqual({ kind: 'changed' });
        }
        const nowhere = keyOf(makeItem(fresh(), 'A'));
        expect(await repair.update(nowhere, [changes[2]], signal)).toEqual({ kind: 'changed' });
        expect(await read([item])).toEqual([found]);
      });

      it('changes hundreds of attributes', async () => {
        const many = (value: string) =>
          Object.fromEntries(Array.from({ length: 250 }, (_, at) => [`attribute${at}`, { S: value }]));
        const item = makeItem(fresh(), 'A', many('old'));
        await write([item]);
        await using repair = await repairer();
        const changes = Object.keys(many('')).map((name) => ({
          name,
          seen: { S: 'old' },
          wanted: { S: 'new' },
        }));
        expect(await repair.update(keyOf(item), changes, signal)).toMatchObject({ kind: 'done' });
        expect(await read([item])).toEqual([expect.objectContaining(many('new'))]);
      });

      it('deletes an item that still is what was seen, whole, and no other', async () => {
        const odd = {
          ...{
            n: { N: '1.50' },
            none: { NULL: true },
            "it's #a:b": { SS: ['x', 'y'] },
            bytes: { B: 'AAEC' },
          },
          map: { M: { a: { L: [{ NULL: true }, { NS: ['1', '2'] }] } } },
        };
        const many = Object.fromEntries(Array.from({ length: 250 }, (_, at) => [`a${at}`, { S: 'v' }]));
        await using repair = await repairer();
        for (const attributes of [odd, many]) {
          const pk = fresh();
          const [item, sister] = [makeItem(pk, 'A', attributes), makeItem(pk, 'B', attributes)];
          await write([item, sister]);
          const [seen] = await read([item]);
          // Changed, and given more, since it was seen; both also beyond what a condition can hold.
          const [first = '', last = ''] = [Object.keys(attributes)[0], Object.keys(attributes).at(-1)];
          for (const name of [first, last]) {
            const { [name]: _, ...less } = wireOf(item);
            expect(await repair.remove({ ...less, [name]: { S: 'another' } }, signal)).toEqual({
              kind: 'changed',
            });
            expect(await repair.remove(less, signal)).toEqual({ kind: 'changed' });
          }
          expect(await read([item])).toEqual([seen]);
          expect(await repair.remove(wireOf(item), signal)).toMatchObject({ kind: 'done' });
          expect(await read([item, sister])).toEqual([undefined, expect.anything()]);
          expect(await repair.remove(wireOf(item), signal)).toEqual({ kind: 'changed' });
        }
      });

      it('says what is refused', async () => {
        const item = wireOf(makeItem(fresh(), 'A', { big: { S: 'x'.repeat(410_000) } }));
        await using repair = await repairer();
        expect(await repair.create(item, signal)).toMatchObject({
          kind: 'refused',
          reason: expect.stringMatching(/size/i),
        });
      });
    });

    describe('query', () => {
      const pk = fresh();
      const inIndex = fresh();
      // In the order of their bytes: JavaScript would put U+FF5E behind U+1F600.
      const keys = ['A', 'A#1', 'A#10', 'A#2', 'A$', 'B', '\uff5e', '\u{1f600}'];
      beforeAll(async () => {
        const indexed = (n: number) => ({ gsi1pk: { S: inIndex }, gsi1sk: { S: `K#${n % 2}` } });
        await write([
          ...keys.map((sk, n) => makeItem(pk, sk, n < 4 ? indexed(n) : {})),
          makeItem(fresh(), 'A#1', { gsi1pk: { S: inIndex } }),
        ]);
      });

      const key = (name: string, value: string) => [{ name, type: 'S', value }] as const;

      /** Sort keys of all pages. */
      async function ask(rest: Partial<KeyQuery>): Promise<string[]> {
        const reader = await sink.openReader();
        if (reader === null) throw new Error('the sink says that it reads back');
        await using _ = reader;
        const query: KeyQuery = {
          ...{ index: null, partition: key('pk', pk), sort: [], descending: false },
          ...{ consistent: true, limit: null, after: null, ...rest },
        };
        const found: string[] = [];
        let after: WireItem | null = null;
        do {
          const page: QueryPage = await reader.query({ ...query, after }, signal);
          if (query.limit !== null) expect(page.items.length).toBeLessThanOrEqual(query.limit);
          found.push(...page.items.map(({ sk }) => String(sk?.['S'])));
          after = page.next;
        } while (after !== null);
        return found;
      }
      const sk = { name: 'sk', type: 'S' } as const;
      const range = (from: string | null, to: string | null) =>
        ({ sort: [{ ...sk, kind: 'range', from, to }] }) as const;

      it('gives one partition by the bytes of its sort keys, both ways, page by page', async () => {
        expect(await ask({})).toEqual(keys);
        expect(await ask({ descending: true, limit: 3 })).toEqual([...keys].reverse());
        expect(await ask({ partition: key('pk', fresh()) })).toEqual([]);
      });

      it('holds the sort key against a value, a beginning, and bounds that are included', async () => {
        expect(await ask({ sort: [{ ...sk, kind: 'equals', value: 'A' }] })).toEqual(['A']);
        expect(await ask({ sort: [{ ...sk, kind: 'beginsWith', value: 'A#' }] })).toEqual(keys.slice(1, 4));
        expect(await ask(range('A#1', 'A#2'))).toEqual(keys.slice(1, 4));
        expect(await ask({ ...range('A#10', null), limit: 1 })).toEqual(keys.slice(2));
        expect(await ask({ ...range(null, 'A#10'), descending: true })).toEqual(['A#10', 'A#1', 'A']);
      });

      it('asks an index, which holds only the items that have all its keys', async () => {
        const index = {
          ...{ index: 'gsi1', consistent: false },
          partition: key('gsi1pk', inIndex),
        } as const;
        expect((await ask({ ...index, limit: 1 })).sort()).toEqual(keys.slice(0, 4));
        const second = await ask({
          ...index,
          sort: [{ name: 'gsi1sk', type: 'S', kind: 'equals', value: 'K#1' }],
        });
        expect(second.sort()).toEqual(['A#1', 'A#2']);
      });

      it('asks an index over several attributes: numbers by value, a range of the last one named', async () => {
        const kind = fresh();
        const ranked: readonly (readonly [string, string])[] = [
          ...([
            ['-10', 'z'],
            ['-9', 'a'],
            ['2', 'a'],
            ['2', 'b'],
            ['2', 'bb'],
          ] as const),
          ...([
            ['10', 'a'],
            ['9007199254740993', 'a'],
            ['9007199254740994', 'a'],
          ] as const),
        ];
        const made = ranked.map(([rank, label]) =>
          makeItem(fresh(), `${rank} ${label}`, {
            ...{ kind: { S: kind }, tenant: { B: 'AP8=' } },
            ...{ rank: { N: rank }, label: { S: label } },
          }),
        );
        await write([
          ...made,
          makeItem(fresh(), 'no label', { kind: { S: kind }, tenant: { B: 'AP8=' }, rank: { N: '2' } }),
        ]);
        const rank = { name: 'rank', type: 'N' } as const;
        const label = { name: 'label', type: 'S' } as const;
        const index = {
          ...{ index: 'byKind', consistent: false },
          partition: [...key('kind', kind), { name: 'tenant', type: 'B', value: 'AP8=' }],
        } as const;
        const all = ranked.map((pair) => pair.join(' '));
        expect(await ask({ ...index, limit: 3 })).toEqual(all);
        expect(await ask({ ...index, descending: true, limit: 3 })).toEqual([...all].reverse());
        const two = { ...rank, kind: 'equals', value: '2' } as const;
        expect(await ask({ ...index, sort: [two] })).toEqual(['2 a', '2 b', '2 bb']);
        expect(await ask({ ...index, sort: [two, { ...label, kind: 'beginsWith', value: 'b' }] })).toEqual([
          '2 b',
          '2 bb',
        ]);
        const between = { ...rank, kind: 'range', from: '-9', to: '9007199254740993' } as const;
        expect(await ask({ ...index, sort: [between] })).toEqual(all.slice(1, 7));
      });
    });

    it('scans every item once, whatever the segments, page by page', async () => {
      const pk = fresh();
      // Three items of 300 KB in one partition take more than a page of 1 MB.
      const large = ['a', 'b', 'c', 'd'].map((sk) => makeItem(pk, sk, { t: { S: 'x'.repeat(300_000) } }));
      const small = Array.from({ length: 20 }, () => makeItem(fresh(), pk));
      await write([...large, ...small]);
      const reader = await sink.openReader();
      if (reader === null) throw new Error('the sink says that it reads back');
      await using _ = reader;
      for (const segments of [1, 3]) {
        const found: WireItem[] = [];
        for (let segment = 0; segment < segments; segment += 1) {
          let after: WireItem | null = null;
          do {
            const page: QueryPage = await reader.scan({ segment, segments, consistent: true, after }, signal);
            found.push(...page.items.filter((item) => item['pk']?.['S'] === pk || item['sk']?.['S'] === pk));
            after = page.next;
          } while (after !== null);
        }
        const keyOf = (item: WireItem) => `${item['pk']?.['S']} ${item['sk']?.['S']}`;
        const expected = [...large, ...small].map(({ json }) => keyOf(JSON.parse(json)));
        expect(found.map(keyOf).sort()).toEqual(expected.sort());
      }
    });

    it('overwrites the whole item', async () => {
      const pk = fresh();
      await write([makeItem(pk, 'a', { old: { S: 'x' }, both: { S: 'x' } })]);
      const outcome = await write([makeItem(pk, 'a', { both: { S: 'y' } })]);
      expect(outcome.written).toBe(1);
      expect(await read([makeItem(pk, 'a')])).toEqual([{ pk: { S: pk }, sk: { S: 'a' }, both: { S: 'y' } }]);
    });

    it('inserts only where nothing is, and keeps and skips what exists', async () => {
      const pk = fresh();
      const theirs = makeItem(pk, 'ITEM#1', { of: { S: 'the application' } });
      await write([theirs]);
      const ours = makeItems(pk, 3);
      const outcome = await write(ours, 'insert-only');
      expect(outcome).toMatchObject({ written: 2, unprocessed: [], rejects: [] });
      expect(outcome.skipped).toEqual([ours[1]]);
      expect((await read(ours))[1]).toEqual(JSON.parse(theirs.json));
    });

    it('counts an equal item as written by insert-only: it is our own put whose reply was lost', async () => {
      const pk = fresh();
      await write([makeItem(pk, 'a', { n: { N: '1.50' }, set: { SS: ['a', 'b'] } })], 'insert-only');
      const again = makeItem(pk, 'a', { set: { SS: ['b', 'a'] }, n: { N: '1.5' } });
      expect(await write([again], 'insert-only')).toMatchObject({ written: 1, skipped: [] });
    });

    it('replaces what is older by an attribute, and inserts; what is as new or has no such value is kept', async () => {
      const pk = fresh();
      const versions = [{ N: '9' }, { N: '10' }, { N: '11' }, { S: '0' }, null];
      const item = (n: number, version: object | null, by: string) =>
        makeItem(pk, `ITEM#${n}`, { by: { S: by }, ...(version === null ? {} : { version }) });
      await write(versions.map((version, n) => item(n, version, 'the application')));
      const ours = [0, 1, 2, 3, 4, 5].map((n) => item(n, { N: '10' }, 'us'));
      const outcome = await write(ours, { olderBy: 'version' });
      expect(outcome).toMatchObject({ written: 2, unprocessed: [], rejects: [] });
      expect(outcome.skipped).toEqual(ours.slice(1, 5));
      const found = await read(ours);
      expect(found.map((there) => there?.['by']?.['S'] === 'us')).toEqual([
        ...[true, false, false, false, false, true],
      ]);
      const unversioned = item(6, null, 'us');
      expect((await write([unversioned], { olderBy: 'version' })).written).toBe(1);
      expect((await write([item(6, null, 'us again')], { olderBy: 'version' })).skipped).toHaveLength(1);
    });

    describe('changes', () => {
      const added = { name: 'added', seen: null, wanted: { S: 'new' } } as const;
      const item = (pk: string, rest: Partial<Item['change']> = {}) => ({
        ...makeItem(pk, 'a', { added: { S: 'new' }, whole: { S: 'as the mapping makes it' } }),
        change: { changes: [added], guards: [], ...rest },
      });

      for (const policy of ['overwrite', 'insert-only', { olderBy: 'whole' }] as const) {
        it(`touch nothing else of an item, beside puts of one batch (${JSON.stringify(policy)})`, async () => {
          const [pk, other] = [fresh(), fresh()];
          await write([makeItem(pk, 'a', { whole: { S: 'the application was here' }, own: { N: '1' } })]);
          const outcome = await write([item(pk), makeItem(other, 'a')], policy);
          expect(outcome).toMatchObject({ written: 2, skipped: [], unprocessed: [], rejects: [] });
          const [changed, put] = await read([item(pk), makeItem(other, 'a')]);
          expect(changed).toEqual({
            ...{ pk: { S: pk }, sk: { S: 'a' }, added: { S: 'new' }, own: { N: '1' } },
            whole: { S: 'the application was here' },
          });
          expect(put).toBeDefined();
        });
      }

      it('are held back where the item is gone, is not what was seen, or a guard does not hold', async () => {
        const [gone, other, guarded, bare] = [fresh(), fresh(), fresh(), fresh()];
        await write([
          makeItem(other, 'a', { added: { S: 'by the application' } }),
          makeItem(guarded, 'a', { version: { N: '2' } }),
          makeItem(bare, 'a', { version: { N: '2' } }),
        ]);
        const batch = [
          item(gone),
          item(other),
          item(guarded, { guards: [{ name: 'version', value: { N: '1' } }] }),
          item(bare, { guards: [{ name: 'version', value: null }] }),
        ];
        const before = await read(batch);
        expect(await write(batch)).toMatchObject({ written: 0, skipped: batch, rejects: [] });
        expect(await read(batch)).toEqual(before);
        const fine = item(guarded, { guards: [{ name: 'version', value: { N: '2.0' } }] });
        expect(await write([fine])).toMatchObject({ written: 1 });
      });

      it('that are made in part already are made whole, and only where the rest is what was seen', async () => {
        const [half, other] = [fresh(), fresh()];
        const old = { name: 'old', seen: { S: 'x' }, wanted: null } as const;
        await write([
          makeItem(half, 'a', { added: { S: 'new' }, old: { S: 'x' } }),
          makeItem(other, 'a', { added: { S: 'new' }, old: { S: 'by the application' } }),
        ]);
        const batch = [item(half, { changes: [added, old] }), item(other, { changes: [added, old] })];
        expect(await write(batch)).toMatchObject({ written: 1, skipped: [batch[1]] });
        const [whole, kept] = await read(batch);
        expect(whole).not.toHaveProperty('old');
        expect(kept).toMatchObject({ old: { S: 'by the application' } });
      });

      it('put the whole item where there is none, if they are told to, and only then', async () => {
        const [gone, there] = [fresh(), fresh()];
        await write([makeItem(there, 'a', { own: { N: '1' } })]);
        const nothing = { changes: [], orPut: true };
        const batch = [item(gone, { orPut: true }), item(there, { orPut: true })];
        expect(await write(batch)).toMatchObject({ written: 2, skipped: [] });
        const found = await read(batch);
        expect(found[0]).toEqual(JSON.parse(batch[0]?.json ?? ''));
        expect(found[1]).toMatchObject({ added: { S: 'new' }, own: { N: '1' } });
        const again = [item(fresh(), nothing), item(there, nothing)];
        expect(await write(again)).toMatchObject({ written: 1, skipped: [again[1]] });
        expect(await read(again)).toEqual([JSON.parse(again[0]?.json ?? ''), found[1]]);
      });

      it('that are there already count as written: they are our own, whose reply was lost', async () => {
        const pk = fresh();
        await write([makeItem(pk, 'a', { added: { S: 'new' }, later: { S: 'by the application' } })]);
        const guards = [{ name: 'later', value: null }];
        expect(await write([item(pk, { guards })])).toMatchObject({ written: 1, skipped: [] });
      });

      it('take several requests where they are many, and are held back whole by the first that fails', async () => {
        const [pk, changed] = [fresh(), fresh()];
        const changes = Array.from({ length: 150 }, (_, at) => ({
          ...{ name: `attribute${at}`, seen: { S: 'old' }, wanted: { S: 'new' } },
        }));
        const old = Object.fromEntries(changes.map(({ name, seen }) => [name, seen]));
        const guards = [{ name: 'added', value: null }];
        await write([makeItem(pk, 'a', old), makeItem(changed, 'a', { ...old, added: { S: 'x' } })]);
        const outcome = await write([item(pk, { changes, guards }), item(changed, { changes, guards })]);
        expect(outcome).toMatchObject({ written: 1, skipped: [{ partition: changed }] });
        const [whole] = await read([item(pk)]);
        expect(changes.every(({ name }) => whole?.[name]?.['S'] === 'new')).toBe(true);
      });

      it('that DynamoDB refuses are rejects', async () => {
        const pk = fresh();
        await write([makeItem(pk, 'a')]);
        const changes = [{ name: 'gsi1pk', seen: null, wanted: { N: '1' } }];
        const outcome = await write([item(pk, { changes })]);
        expect(outcome).toMatchObject({ written: 0, skipped: [] });
        expect(outcome.rejects).toMatchObject([{ code: 'ITEM_REFUSED', origin: item(pk).origin }]);
      });
    });

    for (const policy of ['overwrite', 'insert-only'] as const) {
      it(`rejects the items that cannot be, and no others of the batch (${policy})`, async () => {
        const pk = fresh();
        const items = makeItems(pk, 25).map((item, n) => {
          if (n === 3) return makeItem(pk, item.origin.key[0] ?? '', { big: { S: 'x'.repeat(400 * 1024) } });
          if (n === 17) return makeItem(pk, item.origin.key[0] ?? '', { gsi1pk: { N: '1' } });
          return item;
        });
        const outcome = await write(items, policy);
        expect(outcome).toMatchObject({ written: 23, skipped: [], unprocessed: [] });
        expect(outcome.rejects.map((reject) => [reject.key, reject.code])).toEqual([
          [items[3]?.key, 'ITEM_REFUSED'],
          [items[17]?.key, 'ITEM_REFUSED'],
        ]);
        expect(outcome.rejects[0]).toMatchObject({
          entity: 'Order',
          copy: 'byCustomer',
          origin: items[3]?.origin,
        });
        expect(outcome.rejects.every((reject) => reject.reason.length > 10)).toBe(true);
        const found = await read(items);
        expect(found.map((item) => item !== undefined)).toEqual(items.map((_, n) => n !== 3 && n !== 17));
      });
    }

    it('takes a batch at its limits', async () => {
      await using writer = await sink.openWriter('overwrite');
      expect(writer.limits.batchItems).toBeGreaterThanOrEqual(1);
      const items = makeItems(fresh(), writer.limits.batchItems, { pad: { S: 'x'.repeat(100_000) } });
      const bytes = items.reduce((total, item) => total + Buffer.byteLength(item.json), 0);
      expect(bytes).toBeLessThan(writer.limits.batchBytes);
      expect((await writer.write(items, signal)).written).toBe(items.length);
    });

    it('writes in parallel', async () => {
      await using writer = await sink.openWriter('overwrite');
      const batches = Array.from({ length: 8 }, () => makeItems(fresh(), 25));
      const outcomes = await Promise.all(batches.map((batch) => writer.write(batch, signal)));
      expect(outcomes.map((outcome) => outcome.written)).toEqual(batches.map(() => 25));
      expect(await read(batches.flat())).not.toContain(undefined);
    });

    it('stops when it is told to', async () => {
      await using writer = await sink.openWriter('overwrite');
      const stop = AbortSignal.abort(new Error('stopped by the user'));
      await expect(writer.write(makeItems(fresh(), 2), stop)).rejects.toThrow('stopped by the user');
    });

    it('finds any item of some entities, and says when it has seen all of them', async () => {
      const entity = `Entity ${randomUUID()}`;
      const reader = await sink.openReader();
      if (reader === null) throw new Error('the sink says that it reads back');
      const probe = { attribute: '_type', values: ['Nothing', entity], maxBytes: 64 * 1024 * 1024 };
      expect(await reader.findAny(probe, signal)).toEqual({ found: null, exhaustive: true });
      await write([makeItem(fresh(), 'a', { _type: { S: entity } })]);
      const { found } = await reader.findAny(probe, signal);
      expect(found).toMatchObject({ _type: { S: entity } });
    });
  });
}
