import { expect, test } from 'vitest';
import { openSource } from '../../../src/source/open-source.js';

test.each([
  ['oracle://u:s3cret@h/d', /no source for oracle:\/\//],
  ['mysql://u:s3cret@h:port/d', /not a valid mysql:\/\/ URL/],
  ['mysql://u:s3cret@h:3306/d#x', /not a valid mysql:\/\/ URL/],
  ['mysql://u:s3cret/x@h/d', /not a valid mysql:\/\/ URL/],
  ['mysql://u:%s3cret@h/d', /% that is no %XX/],
  ['mysql://u:s3cret@h/', /no database/],
  ['mysql://u:s3cret@h/d?colour=blue', /unknown parameter "colour"/],
  ['mysql://u:s3cret@h/d?ssl-mode=maybe', /unknown sslmode/],
  ['mysql://u:s3cret@h/d?ssl-ca=/tmp/ca.pem', /sslrootcert that nothing checks/],
  ['postgres://u:s3cret@h/d?sslrootcert=/tmp/ca.pem', /sslrootcert that nothing checks/],
  ['postgres://u:s3cret@h/d?auth=iam', /a password and auth=iam/],
  ['mysql://u:s3cret@h/d?secret=x', /a password and a secret/],
  ['postgres://h/d?auth=iam&secret=s3cret', /auth=iam and a secret/],
  ['postgres://u@h/d?auth=kerberos', /unknown auth/],
  ['postgres://u@h/d?auth=iam', /auth=iam without TLS/],
  ['mysql://u@h/d?auth=iam&sslmode=prefer', /auth=iam without TLS/],
  ['mariadb://u:s3cret@h/d?statement_timeout=1min', /statement_timeout/],
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
    hint: expect.any(String),
  });
  expect(String(error) + JSON.stringify(error)).not.toContain('s3cret');
});
