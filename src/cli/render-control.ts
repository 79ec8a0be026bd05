import { type ControlReport, UNLIMITED } from '../operations/control.js';

export function renderControl({ run, paused, maxWriteUnits, heeded }: ControlReport): string {
  const rate = maxWriteUnits === null ? 'at the rate it began with' : `at ${rateText(maxWriteUnits)}`;
  const state = `${run}: ${paused ? 'paused; once it goes on, ' : 'goes on '}${rate}.`;
  const next = paused ? 'Next: tablefold control --go-on' : 'Next: tablefold status shows how far it is.';
  return heeded
    ? `${state}\n${next}\n`
    : `${state}\nThe run has not answered yet; it heeds this within seconds unless it is busy at its start or its end.\n${next}\n`;
}

export function rateText(maxWriteUnits: string): string {
  if (maxWriteUnits === UNLIMITED) return 'whatever the table takes';
  return `${maxWriteUnits}${maxWriteUnits.endsWith('%') ? ' of what the table takes' : ' write units a second'}`;
}
