import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Disk, type DiskFile, nodeDisk } from '../../../../src/state/file/disk.js';

/** One change of the disk, in the order they were asked for. Paths are names within the run's folder. */
export type Step =
  | { readonly kind: 'create'; readonly file: number; readonly path: string }
  | { readonly kind: 'append'; readonly file: number; readonly text: Buffer }
  | { readonly kind: 'sync'; readonly file: number }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'syncFolder' };

export interface Recording<Note> {
  readonly disk: Disk;
  readonly steps: readonly (Step | { readonly kind: 'note'; readonly note: Note })[];
  note(note: Note): void;
}

/** The real disk in a hurry: nothing in these tests hangs on the machine they run on going down. */
export const unsyncedDisk: Disk = {
  ...nodeDisk,
  create: async (path) => ({ ...(await nodeDisk.create(path)), sync: async () => {} }),
  syncFolder: async () => {},
};

/** The real disk, with every step written down before it is taken. */
export function recordDisk<Note>(real: Disk = unsyncedDisk): Recording<Note> {
  const steps: (Step | { readonly kind: 'note'; readonly note: Note })[] = [];
  let files = 0;
  const disk: Disk = {
    async create(path): Promise<DiskFile> {
      const file = files++;
      steps.push({ kind: 'create', file, path: basename(path) });
      const opened = await real.create(path);
      return {
        append: (text) => {
          steps.push({ kind: 'append', file, text: Buffer.from(text) });
          return opened.append(text);
        },
        sync: () => {
          steps.push({ kind: 'sync', file });
          return opened.sync();
        },
        close: () => opened.close(),
      };
    },
    rename: (from, to) => {
      steps.push({ kind: 'rename', from: basename(from), to: basename(to) });
      return real.rename(from, to);
    },
    remove: (path) => {
      steps.push({ kind: 'remove', path: basename(path) });
      return real.remove(path);
    },
    syncFolder: (path) => {
      steps.push({ kind: 'syncFolder' });
      return real.syncFolder(path);
    },
  };
  return { disk, steps, note: (note) => void steps.push({ kind: 'note', note }) };
}

/**
 * How the machine goes down at a step. `kill`: what was written stays, the step itself cut off after
 * `bytes`. `power`: of what was not synced a part stays, zeros where the rest was; the same for names.
 */
export type Crash =
  | { readonly kind: 'kill'; readonly bytes: number }
  | { readonly kind: 'power'; readonly keep: number; readonly zeros: boolean };

interface Contents {
  bytes: Buffer;
  synced: number;
}

/** What the folder holds after a crash at `steps[at]`: name to bytes. */
export function imageAfter(
  steps: Recording<unknown>['steps'],
  at: number,
  crash: Crash,
): Map<string, Buffer> {
  const files = new Map<number, Contents>();
  const durable = new Map<string, number>();
  let pending: ((names: Map<string, number>) => void)[] = [];
  const contents = (file: number) => files.get(file) ?? { bytes: Buffer.alloc(0), synced: 0 };
  const last = steps[at];
  const taken: Recording<unknown>['steps'] =
    last?.kind === 'append' && crash.kind === 'kill'
      ? [...steps.slice(0, at), { ...last, text: last.text.subarray(0, crash.bytes) }]
      : steps.slice(0, at);
  for (const step of taken) {
    if (step.kind === 'create') pending.push((names) => names.set(step.path, step.file));
    else if (step.kind === 'remove') pending.push((names) => names.delete(step.path));
    else if (step.kind === 'rename') {
      pending.push((names) => {
        names.set(step.to, names.get(step.from) ?? -1);
        names.delete(step.from);
      });
    } else if (step.kind === 'append') {
      const { bytes, synced } = contents(step.file);
      files.set(step.file, { bytes: Buffer.concat([bytes, step.text]), synced });
    } else if (step.kind === 'sync') {
      const { bytes } = contents(step.file);
      files.set(step.file, { bytes, synced: bytes.length });
    } else if (step.kind === 'syncFolder') {
      for (const change of pending) change(durable);
      pending = [];
    }
  }
  const kept = crash.kind === 'kill' ? pending.length : Math.round(pending.length * crash.keep);
  for (const change of pending.slice(0, kept)) change(durable);
  return new Map(
    [...durable].map(([name, file]) => [name, remains(contents(file), crash)] as [string, Buffer]),
  );
}

function remains({ bytes, synced }: Contents, crash: Crash): Buffer {
  if (crash.kind === 'kill') return bytes;
  const kept = synced + Math.floor((bytes.length - synced) * crash.keep);
  const rest = crash.zeros ? Buffer.alloc(bytes.length - kept) : Buffer.alloc(0);
  return Buffer.concat([bytes.subarray(0, kept), rest]);
}

export async function writeImage(image: ReadonlyMap<string, Buffer>, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of image) await writeFile(join(folder, name), bytes);
}
