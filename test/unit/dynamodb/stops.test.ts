import { expect, test } from 'vitest';
import { gatherStops } from '../../../src/dynamodb/stops.js';

test('calls every stop of the signal once, and no other', () => {
  const stops = gatherStops();
  const [one, other] = [new AbortController(), new AbortController()];
  const called: string[] = [];
  const forget = ['a', 'b', 'c', 'd'].map((name) => stops.on(one.signal, () => called.push(name)));
  stops.on(other.signal, () => called.push('other'));
  forget[1]?.();
  forget[1]?.(); // a second time it forgets nobody
  forget[3]?.();
  stops.on(one.signal, () => called.push('e'));
  one.abort();
  expect(called.sort()).toEqual(['a', 'c', 'e']);
});

test('a stop that forgets itself and others while it is called keeps nobody from being called', () => {
  const stops = gatherStops();
  const run = new AbortController();
  const called: string[] = [];
  const forget: (() => void)[] = [];
  for (const name of ['a', 'b', 'c']) {
    forget.push(
      stops.on(run.signal, () => {
        called.push(name);
        for (const each of forget) each();
      }),
    );
  }
  run.abort();
  expect(called).toEqual(['a', 'b', 'c']);
});
