import { describe, expect, it } from 'vitest';
import { redact } from '../../../src/support/redact.js';

describe('redact', () => {
  it.each([
    ['postgres://ann:s3cret@db.example:5432/shop', 'postgres://ann:***@db.example:5432/shop'],
    ['cannot open postgres://ann:p@ss:w0rd@db/shop now', 'cannot open postgres://ann:***@db/shop now'],
    ['mysql://root:@127.0.0.1/x', 'mysql://root:***@127.0.0.1/x'],
    [
      'postgres://db/shop?user=ann&password=s3cret&sslmode=require',
      'postgres://db/shop?user=ann&password=***&sslmode=require',
    ],
    ['host=db password=s3cret dbname=shop', 'host=db password=*** dbname=shop'],
    ['write postgres://user:password@host/database', 'write postgres://user:password@host/database'],
    ['postgres://xuser:password@db/shop', 'postgres://xuser:***@db/shop'],
    ['postgres://ann@db/shop', 'postgres://ann@db/shop'],
    ['no secret at 10:30', 'no secret at 10:30'],
  ])('takes the password out of %s', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });
});
