import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vitest/config';

const SOURCE = fileURLToPath(new URL('./src/', import.meta.url));
const BUILT = fileURLToPath(new URL('./dist/', import.meta.url));

/** Tests name the sources and run what was built from them: worker threads need the built files (Node 20 starts no .ts worker). */
const runBuiltFiles: Plugin = {
  name: 'run-built-files',
  enforce: 'pre',
  async resolveId(source, importer, options) {
    if (!source.startsWith('.') || !importer) return null;
    const resolved = await this.resolve(source, importer, { ...options, skipSelf: true });
    if (!resolved?.id.startsWith(SOURCE)) return null;
    return BUILT + resolved.id.slice(SOURCE.length).replace(/\.ts$/, '.js');
  },
};

export default defineConfig({
  plugins: [runBuiltFiles],
  test: {
    include: ['test/**/*.test.ts'],
    // Models, databases and child processes are real; the limit is for hangs, not for speed.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
