import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEmbedder, type Embedder, type EmbedderSettings } from '../../src/embed/embedder.js';

const settings: EmbedderSettings = {
  model: 'e5-small-zh-en',
  modelsDir: fileURLToPath(new URL('../../models', import.meta.url)),
  downloadDir: '/nonexistent/downloads',
  threads: 2,
};

function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, index) => sum + value * b[index]!, 0);
}

describe('embedding with the default model', () => {
  let embedder: Embedder;
  beforeAll(async () => (embedder = await createEmbedder(settings)));
  afterAll(() => embedder.close());

  const lighthouse = {
    context: 'Lighthouses: ',
    sentences: ['Fresnel’s lens was lit in 1823. ', 'It stood at Cordouan.'],
    language: 'en',
  };
  const tea = { context: '', sentences: ['Tea is dried in the sun.'], language: 'en' };

  it('gives unit vectors, one for the passage and one per sentence', async () => {
    const [embedding] = await embedder.embedPassages([lighthouse]);
    expect(embedding!.vector).toHaveLength(384);
    expect(embedding!.sentences).toHaveLength(2 * 384);
    for (const vector of [
      embedding!.vector,
      embedding!.sentences.subarray(0, 384),
      embedding!.sentences.subarray(384),
    ]) {
      expect(cosine(vector, vector)).toBeCloseTo(1, 4);
    }
  });

  it('gives the same text the same vectors, whatever is embedded beside it', async () => {
    const [alone] = await embedder.embedPassages([lighthouse]);
    const among = await embedder.embedPassages([tea, lighthouse, tea, tea, lighthouse]);
    expect(among[1]).toEqual(alone);
    expect(among[4]).toEqual(alone);
  });

  it('finds the passage a question is about, in English and in Chinese', async () => {
    const [light, leaves] = await embedder.embedPassages([lighthouse, tea]);
    for (const question of ['Which lamp did Fresnel build?', '菲涅耳的灯塔透镜是什么时候点亮的？']) {
      const { vector } = await embedder.embedQuestion(question);
      expect(cosine(vector, light!.vector)).toBeGreaterThan(cosine(vector, leaves!.vector));
    }
  });

  it('counts tokens in the order of the texts', async () => {
    const texts = Array.from({ length: 150 }, (_, index) => Array.from({ length: index }, () => 'word').join(' '));
    const counts = await embedder.countTokens(texts);
    expect(counts).toEqual(texts.map((_, index) => index));
  });

  it('reads a text that is longer than the model can', async () => {
    const [embedding] = await embedder.embedPassages([
      { context: '', sentences: ['One long sentence. '.repeat(200), 'This one is cut off.'], language: 'en' },
    ]);
    expect(embedding!.sentences.subarray(384)).toEqual(embedding!.vector);
  });

  it('takes a question before the passages that wait', async () => {
    const order: string[] = [];
    // As long as the model reads: embedding one takes many times as long as spelling the question.
    const passages = embedder.embedPassages(
      Array.from({ length: 12 }, (_, index) => ({
        context: '',
        sentences: Array.from({ length: 40 }, (_, line) => `Sentence ${line} of passage number ${index} is here.`),
        language: null,
      })),
      { onProgress: () => order.push('passage') },
    );
    const question = embedder.embedQuestion('Who goes first?').then(() => order.push('question'));
    await Promise.all([passages, question]);
    expect(order.indexOf('question')).toBeLessThan(2 * settings.threads);
  });

  it('stops waiting work when asked to', async () => {
    const controller = new AbortController();
    const passages = embedder.embedPassages(
      Array.from({ length: 50 }, (_, index) => ({
        context: '',
        sentences: [`Passage number ${index}.`],
        language: null,
      })),
      { signal: controller.signal, onProgress: (done) => done === 1 && controller.abort() },
    );
    await expect(passages).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('when something is wrong', () => {
  it('answers the same after it was closed and made again', async () => {
    const first = await createEmbedder({ ...settings, threads: 1 });
    const before = await first.embedQuestion('Still there?');
    await first.close();
    const second = await createEmbedder({ ...settings, threads: 1 });
    expect(await second.embedQuestion('Still there?')).toEqual(before);
    await second.close();
  });

  it('says what to do about a model that is not there', async () => {
    const missing = createEmbedder({ ...settings, model: 'no-such-model', modelsDir: '/nonexistent' });
    await expect(missing).rejects.toMatchObject({
      code: 'model-missing',
      message: expect.stringContaining('EMBEDDING_MODEL') as string,
    });
  });

  const dying = {
    ...settings,
    modelsDir: '/nonexistent',
    threadFiles: {
      spelling: new URL('./workers/spelling.mjs', import.meta.url),
      model: new URL('./workers/dying.mjs', import.meta.url),
    },
    threads: 1,
  };

  it('tries a text again in a new thread when its thread dies, then gives up with a reason', async () => {
    const embedder = await createEmbedder(dying);
    await expect(embedder.embedQuestion('deadly')).rejects.toMatchObject({ code: 'embedder-down' });
    await embedder.close();
  });

  it('replaces a dead thread and goes on with what waits', async () => {
    let lost = 0;
    const embedder = await createEmbedder({ ...dying, onThreadLost: () => (lost += 1) });
    const [first, dead, next] = await Promise.allSettled(
      ['harmless', 'deadly', 'harmless'].map((text) => embedder.embedQuestion(text)),
    );
    expect([first!.status, dead!.status, next!.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((next as PromiseFulfilledResult<{ vector: Float32Array }>).value.vector[0]).not.toBe(
      (first as PromiseFulfilledResult<{ vector: Float32Array }>).value.vector[0],
    );
    // A text is tried twice.
    expect(lost).toBe(2);
    await embedder.close();
  });

  it('turns questions away when too many wait, and answers the others', async () => {
    const embedder = await createEmbedder(dying);
    const outcomes = await Promise.allSettled(Array.from({ length: 600 }, () => embedder.embedQuestion('harmless')));
    const turnedAway = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(turnedAway.length).toBe(100);
    expect(turnedAway[0]).toMatchObject({ reason: { code: 'busy' } });
    await embedder.close();
  });

  it('fails what waits when it is closed', async () => {
    const embedder = await createEmbedder(dying);
    const waiting = Promise.allSettled(['a', 'b', 'c'].map((text) => embedder.embedQuestion(text)));
    await embedder.close();
    const outcomes = await waiting;
    expect(outcomes.at(-1)).toMatchObject({ status: 'rejected', reason: { code: 'closed' } });
    await expect(embedder.embedQuestion('late')).rejects.toMatchObject({ code: 'closed' });
  });
});
