import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RequestBuffers } from '../../../src/dynamodb/request-bytes.js';

const HEAD = 'POST / HTTP/1.1\r\n\r\n';

describe('a request', () => {
  it('is its head and its body in UTF-8, whatever the buffer held before', () => {
    const buffers = new RequestBuffers(2);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.nat(300), (text, times) => {
        const json = text.repeat(times);
        const request = buffers.take(json);
        expect(request.body.equals(Buffer.from(json))).toBe(true);
        expect(request.behind(HEAD).equals(Buffer.from(HEAD + json))).toBe(true);
        buffers.release(request);
      }),
    );
  });

  it('takes another head when it is sent again, and one longer than the room for it', () => {
    const request = new RequestBuffers(1).take('{}');
    for (const head of ['long head', 'head', `token ${'x'.repeat(10_000)}`, 'last']) {
      expect(request.behind(head).toString()).toBe(`${head}{}`);
    }
  });
});

describe('buffers of requests', () => {
  it('are used again once they are released, and grow with the requests', () => {
    const buffers = new RequestBuffers(2);
    const first = buffers.take('{}');
    const other = buffers.take('{}');
    expect(other.buffer).not.toBe(first.buffer);
    buffers.release(first);
    const again = buffers.take('{"a":1}');
    expect(again.buffer).toBe(first.buffer);
    buffers.release(again);
    const larger = buffers.take('x'.repeat(20_000));
    expect(larger.buffer.length).toBeGreaterThanOrEqual(64_096);
    buffers.release(larger);
    expect(buffers.take('{}').buffer).toBe(larger.buffer);
  });

  it('are not kept beyond their number, nor where they are large', () => {
    const buffers = new RequestBuffers(1);
    const [one, two] = [buffers.take('1'), buffers.take('2')];
    buffers.release(one);
    buffers.release(two);
    expect(buffers.take('3').buffer).toBe(one.buffer);
    expect(buffers.take('4').buffer).not.toBe(two.buffer);
    const large = buffers.take('é'.repeat(300_000));
    expect(large.body.length).toBe(600_000);
    expect(large.buffer.length).toBeLessThan(610_000);
    buffers.release(large);
    expect(buffers.take('5').buffer).not.toBe(large.buffer);
  });
});
