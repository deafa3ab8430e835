import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { temporaryFolder } from './fixture.js';

/** Runs a command where `folder` is a disk of four megabytes: a tmpfs that only the command sees, which needs no root. */
function onSmallDisk(folder: string, ...command: readonly string[]): string {
  const script = 'mount -t tmpfs -o size=4m none "$0" && exec "$@"';
  const args = ['--user', '--map-root-user', '--mount', 'sh', '-c', script, folder, ...command];
  return execFileSync('unshare', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Linux with user namespaces; elsewhere recovery.test.ts stands in with SQLite's own limit. */
function hasSmallDisk(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'footnote-disk-'));
  try {
    return onSmallDisk(folder, 'echo', 'mounted') === 'mounted\n';
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Said {
  readonly failed?: string;
  readonly message?: string;
  readonly free?: number;
  readonly stored?: readonly string[];
  readonly tried?: string;
  readonly outcome?: string;
  readonly ids?: readonly string[];
  readonly intact?: readonly string[];
  readonly found?: number;
}

it.runIf(hasSmallDisk())('a disk that is full loses nothing, and is written to again when there is room', () => {
  const filler = fileURLToPath(new URL('processes/filler.mjs', import.meta.url));
  const folder = temporaryFolder();
  const lines = onSmallDisk(folder, process.execPath, filler, folder).trim().split('\n');
  const [failure, full, ...rest] = lines.map((line) => JSON.parse(line) as Said);
  expect(failure).toMatchObject({
    failed: 'disk-full',
    message: expect.stringContaining('Free some disk space') as string,
  });
  // It was the disk: less is left than an article takes.
  expect(failure!.free).toBeLessThan(100_000);
  const { stored } = full!;
  expect(stored!.length).toBeGreaterThan(5);
  const whole = { ids: stored, intact: stored, found: stored!.length * 4 };
  expect(full).toMatchObject(whole);
  const tried = rest.splice(0, 3);
  expect(tried.map(({ outcome }) => outcome)).toEqual([
    'disk-full',
    'disk-full',
    expect.stringMatching(/done|disk-full/),
  ]);
  expect(rest[0]).toMatchObject({ reopened: true, ...whole });
  const later = [...stored!, 'later'];
  expect(rest[1]).toMatchObject({ freed: true, ids: later, intact: later, found: later.length * 4 });
});
