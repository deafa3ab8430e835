const ISO =
  /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:(?:T|\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,:]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?/i;
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?(Z)?)?$/;
/** `Tue, 19 Nov 2019 07:09 GMT`: Date.parse reads these alike everywhere once they name their zone. */
const WITH_ZONE = /\b\d{4}\b.*\d{1,2}:\d{2}.*(?:GMT|UTC|Z|[+-]\d{2}:?\d{2})/i;
const CJK = /(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日/;
/** Months by the letters that tell them apart, in languages of Latin script and Russian. */
const MONTHS: readonly RegExp[] = [
  /^(?:jan|ene|gen|янв)/,
  /^(?:feb|fév|fev|фев)/,
  /^(?:mar|mär|mrt|maart|мар)/,
  /^(?:apr|abr|avr|апр)/,
  /^(?:may|mai|mei|mag|maj|май|мая)/,
  /^(?:jun|juin|giu|июн)/,
  /^(?:jul|juil|lug|июл)/,
  /^(?:aug|ago|aoû|aou|agu|авг)/,
  /^(?:sep|set|сен)/,
  /^(?:oct|okt|ott|out|окт)/,
  /^(?:nov|ноя)/,
  /^(?:dec|dez|dic|déc|des|дек)/,
];
const DAY_MONTH_YEAR =
  /(?<!\d)(\d{1,2})(?:st|nd|rd|th|\.)?\s+(?:de\s+|of\s+)?(\p{L}{3,12})\.?,?\s+(?:de\s+)?((?:19|20)\d{2})(?!\d)/u;
const MONTH_DAY_YEAR = /(\p{L}{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+((?:19|20)\d{2})(?!\d)/u;
const IN_ADDRESS = /[/-]((?:19|20)\d{2})([/-]?)(0[1-9]|1[0-2]|[a-z]{3})\2(0[1-9]|[12]\d|3[01])(?=[/-]|\.\w+$|$)/;
/** No page is older than the web's first, and none comes from years ahead. */
const FIRST_YEAR = 1850;
const LAST_YEAR = 2100;

/**
 * A date as ISO 8601, as precise as it was given: `2024-11-14`, or with a time `2024-11-14T09:30:00+08:00`.
 * A time without an offset is dropped, as nobody knows when it was; so is midnight, which stands for "that day".
 *
 * @returns null for what is no date
 */
export function isoDate(given: string | null): string | null {
  const text = given?.trim() ?? '';
  const iso = ISO.exec(text) ?? COMPACT.exec(text);
  if (iso) {
    const [, year, month, day, hour, minute, second, zone] = iso;
    return moment(
      Number(year),
      Number(month),
      Number(day),
      hour === undefined ? null : { hour, minute: minute!, second, zone },
    );
  }
  if (WITH_ZONE.test(text) && !Number.isNaN(Date.parse(text)))
    return withoutMidnight(`${new Date(text).toISOString().slice(0, 19)}Z`);
  return writtenDate(text);
}

/** The first date written out in a text: `Nov. 19, 2019`, `19 de novembro de 2019`, `2019年11月19日`. */
export function writtenDate(text: string): string | null {
  const cjk = CJK.exec(text);
  if (cjk) return moment(Number(cjk[1]), Number(cjk[2]), Number(cjk[3]), null);
  const lower = text.toLowerCase();
  const dayFirst = DAY_MONTH_YEAR.exec(lower);
  const monthFirst = MONTH_DAY_YEAR.exec(lower);
  if (dayFirst && (!monthFirst || dayFirst.index <= monthFirst.index)) {
    return moment(Number(dayFirst[3]), monthOf(dayFirst[2]!), Number(dayFirst[1]), null);
  }
  return monthFirst ? moment(Number(monthFirst[3]), monthOf(monthFirst[1]!), Number(monthFirst[2]), null) : null;
}

/** The day in an address such as `/2019/11/18/title`. */
export function dateInAddress(address: string | null): string | null {
  const match = IN_ADDRESS.exec(address ?? '');
  if (!match) return null;
  const month = match[3]!;
  return moment(Number(match[1]), /^\d/.test(month) ? Number(month) : monthOf(month), Number(match[4]), null);
}

interface Time {
  readonly hour: string;
  readonly minute: string;
  readonly second: string | undefined;
  readonly zone: string | undefined;
}

function moment(year: number, month: number, day: number, time: Time | null): string | null {
  const date = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  const parsed = new Date(`${date}T00:00:00Z`);
  // The 31st of February would silently be the 3rd of March.
  if (Number.isNaN(parsed.getTime()) || parsed.getUTCDate() !== day) return null;
  if (year < FIRST_YEAR || year > LAST_YEAR) return null;
  if (time?.zone === undefined || Number(time.hour) > 23 || Number(time.minute) > 59) return date;
  const zone = /^[+-]/.test(time.zone) ? time.zone.replace(/^(.\d{2}):?(\d{2})$/, '$1:$2') : 'Z';
  return withoutMidnight(`${date}T${time.hour.padStart(2, '0')}:${time.minute}:${time.second ?? '00'}${zone}`);
}

function withoutMidnight(moment: string): string {
  return moment.includes('T00:00:00') ? moment.slice(0, 10) : moment;
}

/** 1 to 12; 0 for what is no month. */
function monthOf(name: string): number {
  return MONTHS.findIndex((month) => month.test(name)) + 1;
}
