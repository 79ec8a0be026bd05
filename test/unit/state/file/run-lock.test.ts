import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Holder, livenessOf, thisProcess } from '../../../../src/state/file/holder.js';
import { claim, lockHolder, takeLock } from '../../../../src/state/file/run-lock.js';

const linux = process.platform === 'linux';

/** A process that has ended. */
async function endedPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

describe('the run lock', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tablefold-lock-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function leave(change: Partial<Holder>): Promise<void> {
    await writeFile(join(folder, 'lock.4'), JSON.stringify({ ...thisProcess('theirs'), ...change }));
  }

  it('names its holder while it is held, and nobody afterwards', async () => {
    const lock = await takeLock(folder, 'shop');
    expect(await lockHolder(folder)).toMatch(`pid ${process.pid} on `);
    await expect(takeLock(folder, 'shop')).rejects.toMatchObject({
      code: 'STATE_LOCKED',
      message: expect.stringContaining(`the run shop is held by pid ${process.pid}`),
      hint: expect.stringContaining(join(folder, 'lock.1')),
    });
    await lock.release();
    expect(await lockHolder(folder)).toBeNull();
    await (await takeLock(folder, 'shop')).release();
    expect(await readdir(folder)).toEqual(['lock.2']);
  });

  it('is taken over from a process that has ended', async () => {
    await leave({ pid: await endedPid() });
    expect(await lockHolder(folder)).toBeNull();
    const lock = await takeLock(folder, 'shop');
    expect(await readdir(folder)).toEqual(['lock.5']);
    await lock.release();
  });

  it.runIf(linux)(
    'is taken over when the pid belongs to another process now, or the machine was started again',
    async () => {
      await leave({ startTicks: '1' });
      await (await takeLock(folder, 'shop')).release();
      await leave({ boot: 'another boot' });
      await (await takeLock(folder, 'shop')).release();
      expect(await readFile(join(folder, 'lock.6'), 'utf8')).toBe('');
    },
  );

  it.runIf(linux)('is taken over from a zombie, which has ended and still has its pid', async () => {
    // The shell's child ends soon; `exec` leaves a parent that never asks for it.
    const parent = spawn('sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 60']);
    try {
      const [pid] = (await once(parent.stdout, 'data')) as [Buffer];
      const zombie = { ...thisProcess('theirs'), pid: Number(pid.toString()), startTicks: null };
      await expect.poll(() => livenessOf(zombie, thisProcess('ours'))).toBe('gone');
      expect(() => process.kill(zombie.pid, 0)).not.toThrow();
    } finally {
      parent.kill('SIGKILL');
      await once(parent, 'exit');
    }
  });

  it('of another host is never taken over: it says what to check and which file to remove', async () => {
    await leave({ host: 'db-7.example', pid: await endedPid() });
    await expect(takeLock(folder, 'shop')).rejects.toMatchObject({
      code: 'STATE_LOCKED',
      message: expect.stringContaining('db-7.example'),
      hint: expect.stringMatching(/look on db-7\.example.*remove .*lock\.4/),
    });
    expect(await lockHolder(folder)).toContain('db-7.example');
    await rm(join(folder, 'lock.4'));
    await (await takeLock(folder, 'shop')).release();
  });

  it.runIf(linux)('of another container is never taken over either', async () => {
    await leave({ namespace: 'pid:[1]', pid: await endedPid() });
    await expect(takeLock(folder, 'shop')).rejects.toMatchObject({ code: 'STATE_LOCKED' });
  });

  it('that nobody can read is not taken over', async () => {
    await writeFile(join(folder, 'lock.1'), 'what?');
    await expect(takeLock(folder, 'shop')).rejects.toMatchObject({
      code: 'STATE_LOCKED',
      hint: expect.stringContaining(join(folder, 'lock.1')),
    });
    expect(await lockHolder(folder)).toContain('lock.1');
  });

  it('goes to one of many that try at once', async () => {
    for (let round = 0; round < 10; round += 1) {
      const tries = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(folder, 'shop')));
      const won = tries.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      expect(won).toHaveLength(1);
      await won[0]?.release();
    }
    expect(await readdir(folder)).toHaveLength(1);
  });

  it('does not go to one who was so slow that its number had been used and removed meanwhile', async () => {
    const own = join(folder, 'lock.slow.new');
    await writeFile(own, JSON.stringify(thisProcess('slow')));
    await (await takeLock(folder, 'shop')).release();
    const quick = await takeLock(folder, 'shop');
    expect(await claim(folder, own, 1)).toBeNull();
    expect(await claim(folder, own, 2)).toBeNull();
    expect((await readdir(folder)).sort()).toEqual(['lock.2', 'lock.slow.new']);
    await quick.release();
    expect(await claim(folder, own, 3)).toBe(join(folder, 'lock.3'));
  });

  it('never has two holders while many take it and let it go', async () => {
    let holders = 0;
    let taken = 0;
    const contender = async () => {
      for (let attempt = 0; attempt < 60; attempt += 1) {
        const lock = await takeLock(folder, 'shop').catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'STATE_LOCKED' });
          return null;
        });
        if (lock === null) continue;
        holders += 1;
        taken += 1;
        expect(holders).toBe(1);
        if (attempt % 2 === 0) await new Promise(setImmediate);
        holders -= 1;
        await lock.release();
      }
    };
    await Promise.all(Array.from({ length: 6 }, contender));
    expect(taken).toBeGreaterThan(20);
  });

  it('is not let go by one who lost it to a person with rm', async () => {
    const first = await takeLock(folder, 'shop');
    await rm(join(folder, 'lock.1'));
    const second = await takeLock(folder, 'shop');
    await first.release();
    expect(await lockHolder(folder)).toContain(`pid ${process.pid}`);
    await second.release();
  });

  it('removes what was left behind by those who were killed while they tried', async () => {
    const gone = { ...thisProcess('gone'), pid: await endedPid() };
    await writeFile(join(folder, 'lock.gone.new'), JSON.stringify(gone));
    await writeFile(join(folder, 'lock.here.new'), JSON.stringify(thisProcess('here')));
    const lock = await takeLock(folder, 'shop');
    expect((await readdir(folder)).sort()).toEqual(['lock.1', 'lock.here.new']);
    await lock.release();
  });
});
