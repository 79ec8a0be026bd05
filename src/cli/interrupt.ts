import { EXIT } from './exit-codes.js';

/**
 * The first SIGINT or SIGTERM aborts the signal, so that the work can end in order; a second one ends
 * the process at once.
 */
export function onInterrupt(): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const interrupt = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort(new Error(`received ${name}`));
  };
  const names: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM'];
  for (const name of names) process.on(name, interrupt);
  return {
    signal: controller.signal,
    stop() {
      for (const name of names) process.off(name, interrupt);
    },
  };
}
