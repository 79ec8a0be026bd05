import { expect, it } from 'vitest';
import { splitParameters } from '../../../src/cli/parameters.js';

const FLAGS = {
  mapping: { type: 'option', char: 'm' },
  json: { type: 'boolean' },
  consistent: { type: 'boolean', allowNo: true },
} as const;
const split = (...argv: string[]) => {
  const { own, parameters } = splitParameters(argv, FLAGS);
  return [own, Object.fromEntries(parameters)];
};

it('takes the flags that the command does not know, and leaves it its own', () => {
  expect(split('pattern', '--customerId', '42', '-m', 'shop.yaml', '--json', '--no-consistent')).toEqual([
    ['pattern', '-m', 'shop.yaml', '--json', '--no-consistent'],
    { customerId: '42' },
  ]);
  expect(split('--mapping', '--odd', '--a=1=2', '--b', '-5', '--c=--x')).toEqual([
    ['--mapping', '--odd'],
    { a: '1=2', b: '-5', c: '--x' },
  ]);
});

it('--param names a parameter that is called as a flag is', () => {
  expect(split('--param', 'json=yes', '--param=mapping==')).toEqual([[], { json: 'yes', mapping: '=' }]);
});

it('refuses a parameter without a value, without a name, or given twice', () => {
  expect(() => split('--a')).toThrow('--a has no value');
  expect(() => split('--a', '--json')).toThrow('--a has no value');
  expect(() => split('--param', 'a')).toThrow('has no name and value');
  expect(() => split('--a', '1', '--param', 'a=2')).toThrow('--a is given twice');
});
