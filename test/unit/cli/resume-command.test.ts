import { expect, it } from 'vitest';
import { resumeCommand } from '../../../src/cli/resume-command.js';

it('is the same command with --resume, as a shell takes it', () => {
  const argv = [
    '--mapping',
    'my shop.yaml',
    '--restart',
    '--state=.tablefold',
    '--out',
    "it's",
    '--samples',
    '3',
  ];
  expect(resumeCommand('tablefold diff', argv)).toBe(
    "tablefold diff --mapping 'my shop.yaml' --state=.tablefold --out 'it'\\''s' --samples 3 --resume",
  );
  expect(resumeCommand('tablefold diff', ['--source', 'postgres://me:s3cret@db/shop'])).toBe(
    'tablefold diff --source postgres://me:***@db/shop --resume',
  );
  expect(resumeCommand('tablefold diff', ['-m', 'a.yaml', '--resume'])).toBe(
    'tablefold diff -m a.yaml --resume',
  );
});
