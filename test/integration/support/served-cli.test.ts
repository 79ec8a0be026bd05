import { describe, expect, it } from 'vitest';
import { tablefold } from '../../support/cli.js';
import { ServedCli } from '../../support/served-cli.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const ENV = { PATH: process.env['PATH'], HOME: process.env['HOME'], NO_COLOR: '1' };
const SOURCE = { SOURCE_URL: 'postgres://nobody:secret@127.0.0.1:1/none' };

describe('commands that share a process', () => {
  it.each([
    [['--version'], 0],
    [['plan', '--help'], 0],
    [['plna'], 2],
    [['plan', '--mapping', 'nowhere.yaml', '--json'], 3],
    [['check', '--no-such-flag'], 2],
  ])('end and say what they do alone: %j', async (args, exit) => {
    await using folder = await temporaryFolder();
    const cli = new ServedCli();
    const alone = await tablefold(args, { cwd: folder.path, env: SOURCE });
    expect(alone.exit, alone.stderr).toBe(exit);
    for (const _ of [1, 2]) {
      const served = await cli.run({ args, cwd: folder.path, env: { ...ENV, ...SOURCE } });
      expect(served).toEqual(alone);
    }
  });

  it('see nothing of the environment and the folder of the one before', async () => {
    await using folder = await temporaryFolder();
    const cli = new ServedCli();
    const args = ['init', '--table', 'made'];
    const given = await cli.run({ args, cwd: folder.path, env: { ...ENV, ...SOURCE } });
    expect(given.stderr).toContain('127.0.0.1');
    const bare = await cli.run({ args, cwd: undefined, env: ENV });
    expect(bare).toEqual(await tablefold(args));
    expect(bare.stderr).toContain('SOURCE_URL');
  });

  it('are one at a time: another one meanwhile is told that it is busy', async () => {
    const cli = new ServedCli();
    const running = cli.run({ args: ['--version'], cwd: undefined, env: ENV });
    expect(cli.busy).toBe(true);
    await running;
    expect(cli.busy).toBe(false);
  });
});
