import { compileTemplate } from '../../src/mapping/compile/compile-template.js';
import { resolveTemplate } from '../../src/mapping/key/key-template.js';
import type { Transform } from '../../src/mapping/key/transform.js';
import { TRANSFORMS } from '../../src/mapping/key/transforms.js';
import { compilePlainTemplate } from '../../src/mapping/value/plain-text.js';

/** `docs/transforms.md`, written from the table of transforms: `npm run docs`. */
export function transformsPage(): string {
  return `# Transforms

<!-- Written by \`npm run docs\` from src/mapping/key/transforms.ts. The tests hold it against the code. -->

What stands between a column and its place in a template: \`{created_at | plus("P7Y") | epochSeconds}\`. Each is a
pure function of the value; they are put in a row, each taking what the one before it made. \`check\` refuses a
transform that does not take such a value, and wrong arguments, with the place and a fix.

A transform **keeps values apart** when different values stay different: only then can the column prove that a
key is unique ([key encoding](key-encoding.md)). Those that change only how a key is written have no meaning in
an attribute and are refused there. A value that a transform cannot take (\`infinity\`, a result beyond the year
9999) rejects the item.

| transform | makes | of | keeps apart | for example | as text | in a sort key |
|---|---|---|---|---|---|---|
${Object.entries(TRANSFORMS).map(lineOf).join('\n')}

* **Durations** are ISO 8601: \`P1Y2M3W4DT5H6M7.5S\`. Years and months come first, by the calendar: a day that the month
  does not have becomes its last (2024-01-31 plus P1M is 2024-02-29, 2024-02-29 plus P1Y is 2025-02-28). Then
  weeks and days, then the time, in UTC and to the microsecond. A date takes no hours, minutes or seconds.
* **Hashes** are FNV-1a over the UTF-8 of the value's canonical text (\`1.0\` and \`1\` are one), a few lines in any
  language, so that an application can compute a shard itself. They are no protection against chosen input.
* **Texts** are turned by Unicode's rules, whatever the collation of the source; \`ß\` in upper case is \`SS\`.
`;
}

function lineOf([name, transform]: [string, Transform]): string {
  const { summary, parameters, makes, accepts, injective, keysOnly, example } = transform;
  const call =
    parameters === ''
      ? `\`${name}\``
      : parameters
          .split(' or ')
          .map((form) => `\`${name}${form}\``)
          .join(', ');
  const kind = makes === 'same' ? 'the same kind' : makes === 'integer' ? 'an integer' : `a ${makes}`;
  const cells = [
    call,
    `${kind}: ${summary}`,
    accepts.length > 8 ? 'any of a key' : accepts.join(', '),
    injective ? 'yes' : 'no',
    `\`${example.raw.replace(/^ +| +$/g, (spaces) => '␣'.repeat(spaces.length))}\` \\| \`${example.call}\``,
    keysOnly ? '' : `\`${asText(transform)}\``,
    `\`${asKey(transform)}\``,
  ];
  return `| ${cells.join(' | ')} |`;
}

export function asText({ example }: Transform): string {
  return String(compilePlainTemplate(templateOf(example, 'attribute'))([example.raw]));
}

export function asKey({ example }: Transform): string {
  return compileTemplate(templateOf(example, 'sort'), 'sort').render([example.raw]) ?? '(refused)';
}

function templateOf({ call, type }: Transform['example'], role: 'attribute' | 'sort') {
  const described = { name: 'c', nativeType: type.kind, type, nullable: false, generated: false };
  const column = { cell: 0, path: '', column: described, keyType: type };
  const { template, problems } = resolveTemplate(`{c | ${call}}`, () => column, role);
  if (template === null) throw new Error(`${call}: ${problems.map(({ message }) => message).join(', ')}`);
  return template;
}
