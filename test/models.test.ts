import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';

const MODELS = new URL('../models/', import.meta.url);
const sums = readFileSync(new URL('SHA256SUMS', MODELS), 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split(/\s+/))
  .map(([sum = '', file = '']) => ({ sum, file }));

describe('the models in the project', () => {
  it('are all listed in SHA256SUMS', () => {
    const entries = readdirSync(new URL('e5-small-zh-en/', MODELS), { recursive: true, withFileTypes: true });
    expect(sums).toHaveLength(entries.filter((entry) => entry.isFile()).length);
  });

  it.each(sums)('$file has the checksum it should', async ({ sum, file }) => {
    const hash = createHash('sha256');
    await pipeline(createReadStream(new URL(file, MODELS)), hash);
    expect(hash.digest('hex')).toBe(sum);
  });
});
