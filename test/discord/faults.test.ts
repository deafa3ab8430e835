import { afterAll, beforeAll, expect, it } from 'vitest';
import { addFile, openStage, said, sample, type Stage } from './bot.js';
import { messageText, type Double, type Given, type Handle } from './double/discord-double.mjs';

const QUESTION = 'Who found a substitute for English graphite?';
/** A delay that Discord would still take; nothing else takes so long. */
const SLOW_MS = 2_000;
/** Stands in the quotation that answers it. */
const ANSWER = 'Conté';

const ACKNOWLEDGE = ['POST', '/callback'] as const;
const EDIT = ['PATCH', '/messages/@original'] as const;
const POST = ['POST', '/channels/\\d+/messages$'] as const;
const TYPING = ['POST', '/typing$'] as const;
const refusal = (status: number, code: number) => ({ status, body: { code, message: 'No' } });

/** What goes wrong while a question is asked, by a command or in a message. */
const FAULTS: readonly (readonly [name: string, way: 'command' | 'message', cause: (double: Double) => void])[] = [
  ['the acknowledgement fails', 'command', (double) => double.failNext(...ACKNOWLEDGE, { status: 502 })],
  ['the acknowledgement is cut', 'command', (double) => double.failNext(...ACKNOWLEDGE, { reset: true })],
  [
    'the acknowledgement is slow',
    'command',
    (double) => double.failNext(...ACKNOWLEDGE, { status: null, delayMs: SLOW_MS }),
  ],
  ['the interaction is unknown by then', 'command', (double) => double.failNext(...ACKNOWLEDGE, refusal(404, 10062))],
  ['the answer fails once', 'command', (double) => double.failNext(...EDIT, { status: 500 })],
  ['the answer fails five times', 'command', (double) => double.failNext(...EDIT, { status: 502, times: 5 })],
  ['the answer is cut', 'command', (double) => double.failNext(...EDIT, { reset: true })],
  ['the answer is slow', 'command', (double) => double.failNext(...EDIT, { status: null, delayMs: SLOW_MS })],
  ['the answer is limited', 'command', (double) => double.failNext(...EDIT, { status: 429, body: { retry_after: 1 } })],
  ['the answer is forbidden', 'command', (double) => double.failNext(...EDIT, refusal(403, 50001))],
  ['the webhook is gone', 'command', (double) => double.failNext(...EDIT, refusal(404, 10015))],
  ['the reply fails five times', 'message', (double) => double.failNext(...POST, { status: 502, times: 5 })],
  ['the reply is cut', 'message', (double) => double.failNext(...POST, { reset: true })],
  ['the reply is slow', 'message', (double) => double.failNext(...POST, { status: null, delayMs: SLOW_MS })],
  ['the reply is limited', 'message', (double) => double.failNext(...POST, { status: 429, body: { retry_after: 1 } })],
  ['the reply is forbidden', 'message', (double) => double.failNext(...POST, refusal(403, 50013))],
  ['"is typing" fails', 'message', (double) => double.failNext(...TYPING, { status: 500, times: 3 })],
  ['the connection is cut', 'message', (double) => double.dropGateway({ code: 1006 })],
  ['the session is lost', 'message', (double) => double.dropGateway({ code: 1006, resumable: false })],
  ['the session is invalidated', 'message', (double) => double.invalidateSession({ resumable: false })],
];

/** What one person got for one question. */
interface Asked {
  readonly fault: string;
  answers(): number;
  isTold(): boolean;
}

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  await addFile(stage, sample('pencil.md'));
}, 150_000);
afterAll(() => stage.close());

function byCommand(fault: string, person: Given): Asked {
  const { double, channel } = stage;
  const handle: Handle = double.slash(channel, person, 'ask', { question: QUESTION });
  const shown = () => (handle.history.length === 0 ? '' : said(handle.result()));
  return {
    fault,
    answers: () => (handle.history.length === 0 ? 0 : countAnswers(handle)),
    isTold: () => toldDirectly(person) || shown().includes('Discord did not take'),
  };
}

function countAnswers(handle: Handle): number {
  const { message, followups } = handle.result();
  return [message, ...followups].filter((one) => messageText(one).includes(ANSWER)).length;
}

function byMessage(fault: string, person: Given): Asked {
  const { double, channel } = stage;
  const asked = double.sendMessage(channel, person, QUESTION, { mentionsBot: true });
  return {
    fault,
    answers: () =>
      double
        .messages(channel)
        .filter((one) => one.message_reference?.message_id === asked.id && messageText(one).includes(ANSWER)).length,
    isTold: () => toldDirectly(person),
  };
}

/** Grows with every request that failed or was slow, and with every new connection. */
function trouble(): number {
  const { requests, gatewayCounts } = stage.double;
  const failed = requests.filter(
    ({ status, durationMs }) => typeof status !== 'number' || status >= 400 || durationMs >= SLOW_MS,
  );
  return failed.length + gatewayCounts.connections;
}

function toldDirectly(person: Given): boolean {
  const { double } = stage;
  return double.messages(double.openDm(person)).some(({ author }) => author.id === double.botId);
}

it(
  `${FAULTS.length} faults of Discord: every question is answered once, or its asker told`,
  async () => {
    const { double, guild } = stage;
    const all: Asked[] = [];
    for (const [number, [fault, way, cause]] of FAULTS.entries()) {
      const person = double.addMember(guild, { username: `asker-${number}` });
      const before = trouble();
      cause(double);
      const asked = way === 'command' ? byCommand(fault, person) : byMessage(fault, person);
      all.push(asked);
      await double.waitUntil(
        () => asked.answers() > 0 || asked.isTold(),
        45_000,
        () => `nothing came: ${fault}`,
      );
      expect(trouble(), `it did not happen: ${fault}`).toBeGreaterThan(before);
      double.clearFaults();
    }
    // Whatever would come twice has come by the time that everything asked later is answered.
    for (const way of [byCommand, byMessage]) {
      const last = way('no fault', double.addMember(guild, { username: 'last' }));
      await double.waitUntil(() => last.answers() > 0, 30_000);
    }
    const once = all.filter((one) => one.answers() === 1);
    const told = all.filter((one) => one.answers() === 0 && one.isTold());
    const lost = all.filter((one) => !once.includes(one) && !told.includes(one));
    process.stdout.write(
      `${all.length} faults, ${once.length} answered once, ${told.length} told, ${lost.length} lost\n`,
    );
    expect(lost.map(({ fault }) => fault)).toEqual([]);
    // Only what Discord refuses for good stays without its answer.
    expect(told.map(({ fault }) => fault)).toEqual(
      FAULTS.map(([fault]) => fault).filter((fault) => /unknown by then|forbidden|webhook is gone/.test(fault)),
    );
    expect(double.unhandled).toEqual([]);
    expect(double.internalErrors).toEqual([]);
  },
  FAULTS.length * 45_000,
);
