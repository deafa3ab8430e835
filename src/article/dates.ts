/** Days of each month; February is judged with its year. */
const ISO =
  /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:(?:T|\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?/i;

/**
 * A date as ISO 8601, as precise as it was given: `2024-11-14`, or with a time `2024-11-14T09:30:00+08:00`.
 * A time without an offset is dropped, as nobody knows when it was. @returns null for what is no date
 */
export function isoDate(text: string | null): string | null {
  const match = ISO.exec(text?.trim() ?? '');
  if (!match) return null;
  const [, year, month, day, hour, minute, second, zone] = match;
  const date = `${year!}-${month!.padStart(2, '0')}-${day!.padStart(2, '0')}`;
  if (Number.isNaN(Date.parse(date))) return null;
  if (hour === undefined || zone === undefined) return date;
  return `${date}T${hour.padStart(2, '0')}:${minute!}:${second ?? '00'}${zone.toUpperCase()}`;
}
