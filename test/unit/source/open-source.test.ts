import { expect, test } from 'vitest';
import { openSource } from '../../../src/source/open-source.js';

test.each([
  ['mysql://u:s3cret@h/d', /no source for mysql:\/\//],
  ['mariadb://u:s3cret@h/d', /no source for mariadb:\/\//],
  ['constructor://u:s3cret@h/d', /no source for constructor:\/\//],
  ['u:s3cret@h/d', /not a URL/],
  ['', /not a URL/],
  ['host=h password=s3cret', /not a URL/],
  ['postgres://u:s3cret@h:port/d', /not a valid postgres:\/\/ URL/],
])('%s is refused with what is supported, and never repeated', async (url, message) => {
  const error = await openSource(url).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'SOURCE_URL',
    message: expect.stringMatching(message),
    hint: expect.stringContaining('postgres://'),
  });
  expect(String(error) + JSON.stringify(error)).not.toContain('s3cret');
});
