import { FootnoteError } from '../errors.js';
import type { Draft } from './draft.js';
export function readDocx(_bytes: Uint8Array, _name: string): Promise<Draft> {
  return Promise.reject(new FootnoteError('broken-docx', 'todo'));
}
