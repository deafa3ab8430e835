import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** What a process did to its files, in order, as processes/disk.c writes it down. */
export type Step =
  | {
      readonly kind: 'write';
      readonly inode: string;
      readonly path: string;
      readonly at: number;
      readonly bytes: Buffer;
    }
  | { readonly kind: 'size'; readonly inode: string; readonly path: string; readonly size: number }
  | { readonly kind: 'sync'; readonly inode: string; readonly path: string }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'say'; readonly bytes: Buffer };

/** A number from 0 below `below`. */
export type Random = (below: number) => number;

interface File {
  path: string;
  readonly inode: string;
  /** What is on the disk whatever happens; changed in place. */
  synced: Content;
  /** Writes, and changes of size, that may be on the disk. */
  pending: ({ readonly at: number; readonly bytes: Buffer } | { readonly size: number })[];
}

/** Bytes that grow: the first `length` of `room`. */
interface Content {
  room: Buffer;
  length: number;
}

interface Folder {
  /** Names that are on the disk whatever happens. */
  readonly synced: Map<string, File>;
  /** Changes of names that may be on the disk, each only if those before it are. */
  pending: ((names: Map<string, File>) => void)[];
}

/** What disks write as one. */
const SECTOR = 512;

/** Reads the log of processes/disk.c; a record that was cut off is left out. */
export function readSteps(log: Buffer): Step[] {
  const steps: Step[] = [];
  for (let from = 0, end: number; (end = log.indexOf(0x0a, from)) >= 0;) {
    const line = log.toString('utf8', from, end);
    const [kind, ...fields] = line.split(' ');
    from = end + 1;
    const rest = (count: number) => fields.slice(count).join(' ');
    if (kind === 'W' || kind === 'S') {
      const length = Number(kind === 'W' ? fields[2] : fields[0]);
      const bytes = log.subarray(from, from + length);
      if (bytes.length < length) break;
      from += length;
      if (kind === 'S') steps.push({ kind: 'say', bytes });
      else steps.push({ kind: 'write', inode: fields[0]!, at: Number(fields[1]), path: rest(3), bytes });
    } else if (kind === 'T') steps.push({ kind: 'size', inode: fields[0]!, size: Number(fields[1]), path: rest(2) });
    else if (kind === 'Y') steps.push({ kind: 'sync', inode: fields[0]!, path: rest(1) });
    else if (kind === 'U') steps.push({ kind: 'remove', path: rest(0) });
    else {
      const [before, to] = rest(0).split('\t');
      steps.push({ kind: 'rename', from: before!, to: to! });
    }
  }
  return steps;
}

/** A disk on which the folder `source` is, and what was done to it so far. */
export interface Disk {
  take(step: Step): void;
  /**
   * Makes `target` the folder that a power cut now could leave. What was synced is there. Of the rest each write is there, or
   * not, or some sectors of it, and in place of some that are not there is noise; names come in their order up to some
   * point; folders are there. The shared memory of SQLite is noise.
   */
  cutPower(target: string, random: Random): void;
}

export function disk(source: string): Disk {
  const folders = new Map<string, Folder>();
  const files = new Map<string, File>();

  const folderOf = (path: string): Folder => {
    const known = folders.get(dirname(path)) ?? { synced: new Map<string, File>(), pending: [] };
    folders.set(dirname(path), known);
    return known;
  };
  const fileOf = ({ inode, path }: { readonly inode: string; readonly path: string }): File => {
    const known = files.get(inode);
    // An inode is given anew when its file is gone.
    if (known?.path === path) return known;
    const file: File = { path, inode, synced: { room: Buffer.alloc(0), length: 0 }, pending: [] };
    files.set(inode, file);
    folderOf(path).pending.push((names) => names.set(path, file));
    return file;
  };

  const sync = (path: string, inode: string) => {
    const folder = folders.get(path);
    const file = files.get(inode);
    if (folder) {
      for (const change of folder.pending) change(folder.synced);
      folder.pending = [];
    } else if (file?.path === path) {
      apply(
        file.synced,
        file.pending,
        () => 'all',
        () => 0,
      );
      file.pending = [];
    }
  };

  return {
    take(step) {
      if (step.kind === 'say') return;
      if (step.kind === 'rename') {
        const { from, to } = step;
        for (const file of files.values()) if (file.path === from) file.path = to;
        folderOf(to).pending.push((names) => {
          const file = names.get(from);
          names.delete(from);
          if (file) names.set(to, file);
        });
      } else if (step.kind === 'remove') {
        for (const file of [...files.values()]) if (file.path === step.path) files.delete(file.inode);
        folderOf(step.path).pending.push((names) => names.delete(step.path));
      } else if (step.path.endsWith(' (deleted)') || step.path.endsWith('-shm')) return;
      else if (step.kind === 'sync') sync(step.path, step.inode);
      else fileOf(step).pending.push(step);
    },

    cutPower(target, random) {
      for (const { synced, pending } of folders.values()) {
        const names = new Map(synced);
        for (const change of pending.slice(0, random(pending.length + 1))) change(names);
        for (const [path, file] of names) {
          const copy = join(target, relative(source, path));
          mkdirSync(dirname(copy), { recursive: true });
          const content = { room: Buffer.from(file.synced.room), length: file.synced.length };
          apply(content, file.pending, () => FATES[random(FATES.length)]!, random);
          writeFileSync(copy, content.room.subarray(0, content.length));
        }
      }
      writeFileSync(join(target, 'library.db-shm'), noise(32_768, random));
    },
  };
}

type Fate = 'all' | 'nothing' | 'some' | 'noise';
const FATES: readonly Fate[] = ['all', 'all', 'nothing', 'some', 'noise'];

/** Does to `content` what became of `changes`. */
function apply(content: Content, changes: File['pending'], fateOf: () => Fate, random: Random): void {
  for (const change of changes) {
    const fate = fateOf();
    if (fate === 'nothing') continue;
    if ('size' in change) {
      grow(content, change.size);
      content.room.fill(0, change.size, content.length);
      content.length = change.size;
      continue;
    }
    const { at, bytes } = change;
    grow(content, at + bytes.length);
    for (let from = 0; from < bytes.length; from += SECTOR) {
      const sector = bytes.subarray(from, from + SECTOR);
      if (fate === 'all' || random(2) === 0) sector.copy(content.room, at + from);
      else if (fate === 'noise') noise(sector.length, random).copy(content.room, at + from);
    }
  }
}

function grow(content: Content, length: number): void {
  if (length > content.room.length) {
    const room = Buffer.alloc(2 * length);
    content.room.copy(room, 0, 0, content.length);
    content.room = room;
  }
  content.length = Math.max(content.length, length);
}

function noise(length: number, random: Random): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at++) bytes[at] = random(256);
  return bytes;
}
