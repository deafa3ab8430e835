import { inspect } from 'node:util';
import { FootnoteError, type ErrorCode } from '../../src/errors.js';

/** The error that a promise rejects with; fails the test when it does not, or with something that is no FootnoteError. */
export async function failureOf(promise: Promise<unknown>): Promise<{ code: ErrorCode; message: string }> {
  try {
    const value = await promise;
    throw new Error(`expected a failure, got ${inspect(value).slice(0, 300)}`);
  } catch (error) {
    if (error instanceof FootnoteError) return { code: error.code, message: error.message };
    throw error;
  }
}
