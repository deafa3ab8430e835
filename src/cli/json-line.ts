/**
 * An object as one line of JSON. Characters that could steer a terminal, and separators that some readers take for the
 * end of a line, are escaped; the value stays the same.
 */
export function jsonLine(record: object): string {
  return JSON.stringify(record).replace(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
