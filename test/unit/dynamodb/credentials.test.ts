import { describe, expect, it } from 'vitest';
import { type CredentialProvider, orLocal } from '../../../src/dynamodb/credentials.js';

describe('credentials for an emulator', () => {
  const own = { accessKeyId: 'own', secretAccessKey: 'secret' };

  it('are looked for once where there are none, and again when they are refused', async () => {
    let asked = 0;
    let found = false;
    const chain: CredentialProvider = async () => {
      asked += 1;
      if (found) return own;
      throw new Error('Could not load credentials from any providers');
    };
    const provider = orLocal(chain);
    expect(await provider()).toMatchObject({ accessKeyId: 'local' });
    expect(await provider()).toMatchObject({ accessKeyId: 'local' });
    expect(asked).toBe(1);
    found = true;
    expect(await provider({ forceRefresh: true })).toBe(own);
    expect(asked).toBe(2);
  });

  it('are those of the chain where it has some, which keeps them by itself', async () => {
    let asked = 0;
    const provider = orLocal(async () => {
      asked += 1;
      return own;
    });
    expect([await provider(), await provider()]).toEqual([own, own]);
    expect(asked).toBe(2);
  });
});
