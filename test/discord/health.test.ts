import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addFile, openStage, sample, startBot, type Stage } from './bot.js';

const POLL = { timeout: 20_000 };
const SECRET = 'Who found a substitute for English graphite?';

let stage: Stage;
let address: string;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function health(): Promise<unknown> {
  const response = await fetch(`${address}/health`);
  return { code: response.status, ...((await response.json()) as object) };
}

const WELL = {
  code: 200,
  status: 'ok',
  discord: 'connected',
  libraries: { open: 1, failed: 0 },
  model: 'loaded',
};

beforeAll(async () => {
  const port = await freePort();
  address = `http://127.0.0.1:${port}`;
  stage = await openStage({ env: { METRICS_PORT: String(port) } });
}, 150_000);
afterAll(() => stage.close());

describe('the health of the bot', () => {
  it('is well once it is connected and its model is loaded', async () => {
    await addFile(stage, sample('pencil.md'));
    await expect.poll(health, POLL).toEqual(WELL);
  });

  it('is not well while the connection to Discord is broken, and is again afterwards', async () => {
    stage.double.dropGateway({ code: 1006, refuseForMs: 3_000 });
    await expect.poll(health, POLL).toEqual({ ...WELL, code: 503, status: 'unwell', discord: 'disconnected' });
    await expect.poll(health, POLL).toEqual(WELL);
  });

  it('counts the questions of people, without what they asked, where or who', async () => {
    const { double, channel, guild, alice } = stage;
    await double.slash(channel, alice, 'ask', { question: SECRET }).final();
    const text = await (await fetch(`${address}/metrics`)).text();
    expect(text).toContain('footnote_questions_total{outcome="answered"} 1\n');
    for (const word of ['graphite', 'pencil', guild.id, channel.id, 'alice']) expect(text).not.toContain(word);
  });

  it('goes with the bot, and needs a port of its own', async () => {
    const { double, dataDir } = stage;
    const { port } = new URL(address);
    const second = startBot(double, dataDir, { METRICS_PORT: port });
    expect((await second.ended()).code).toBe(1);
    expect(second.log.map(({ msg }) => msg).join('\n')).toContain(`METRICS_PORT ${port} on 127.0.0.1 cannot be had`);
    expect(await stage.bot.stop()).toEqual({ code: 0, signal: null });
    await expect(fetch(`${address}/health`)).rejects.toThrow();
  });
});
