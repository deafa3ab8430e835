import { FootnoteError } from '../errors.js';
import type { Draft } from './draft.js';
export function readPdf(_bytes: Uint8Array, _name: string): Promise<Draft> {
  return Promise.reject(new FootnoteError('broken-pdf', 'todo'));
}
