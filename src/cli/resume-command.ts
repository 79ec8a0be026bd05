import { redact } from '../support/redact.js';

/** What a shell takes as it stands. */
const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** The same command with `--resume`, ready to be typed, but for passwords: it is shown and logged. */
export function resumeCommand(command: string, argv: readonly string[]): string {
  const same = argv.filter((argument) => argument !== '--resume' && argument !== '--restart');
  return redact([command, ...same.map(quoted), '--resume'].join(' '));
}

function quoted(argument: string): string {
  return PLAIN.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
