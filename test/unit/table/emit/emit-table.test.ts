import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { cloudFormationTemplate } from '../../../../src/table/emit/cloudformation.js';
import { EMIT_LANGUAGES, emitTable } from '../../../../src/table/emit/emit-table.js';
import { design, settings } from './design.js';

const SUFFIX = { cloudformation: 'yaml', cdk: 'ts.txt', terraform: 'tf' } as const;
const plain = { ...design, indexes: [], timeToLive: null };

describe.each(EMIT_LANGUAGES)('a table for %s', (language) => {
  it('has every setting and every kind of index', async () => {
    const text = emitTable(language, design, settings);
    await expect(text).toMatchFileSnapshot(`emitted/all.${SUFFIX[language]}`);
  });

  it('leaves out what nobody asked for', async () => {
    await expect(emitTable(language, plain, {})).toMatchFileSnapshot(`emitted/plain.${SUFFIX[language]}`);
  });

  it('has provisioned units on the table and each global index', async () => {
    const text = emitTable(language, design, { billing: { read: 5, write: 70 }, kmsKey: 'aws' });
    expect(text).not.toMatch(/PAY_PER_REQUEST|arn:aws:kms/);
    expect(text.match(/\b70\b/g)).toHaveLength(4); // the table and three global indexes; a local one has none
    await expect(text).toMatchFileSnapshot(`emitted/provisioned.${SUFFIX[language]}`);
  });
});

it('the YAML of CloudFormation reads back as the template', () => {
  expect(parse(emitTable('cloudformation', design, settings))).toEqual(
    cloudFormationTemplate(design, settings),
  );
});
