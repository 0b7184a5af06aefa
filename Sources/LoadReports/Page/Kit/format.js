// Numbers and times as they are read; the same rules as in ReadableNumbers.swift, which a test compares.

/** What stands for a value that is not known. */
export const unknown = '–';

const isNumber = (value) => typeof value === 'number' && Number.isFinite(value);
// Made once: making one takes as long as a hundred numbers.
const formatters = [0, 1, 2, 3].map((digits) =>
  new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: digits }));
const shortFormatter = new Intl.NumberFormat('en', { maximumFractionDigits: 4 });
const grouped = (value, digits) => formatters[digits].format(value);

/** A whole number, with a comma before every three digits. */
export const count = (value) => (isNumber(value) ? grouped(Math.round(value), 0) : unknown);

/** A number with a fixed count of digits behind the point. */
export const fixed = (value, digits) => (isNumber(value) ? grouped(value, digits) : unknown);

/** A number per second: digits that matter, and few of them. */
export const rate = (value) => fixed(value, !isNumber(value) || Math.abs(value) < 99.95 ? 1 : 0);

/** A share from 0 to 1 as a percentage. */
export const percent = (share) => {
  if (!isNumber(share)) return unknown;
  return share === 0 || share === 1 ? `${share * 100}\u00a0%` : `${(share * 100).toFixed(2)}\u00a0%`;
};

const two = (value) => String(value).padStart(2, '0');

/** A time in milliseconds with a unit that suits it, in about three digits. */
export const ms = (value) => {
  if (!isNumber(value)) return unknown;
  if (value < 9.995) return `${value.toFixed(2)}\u00a0ms`;
  if (value < 99.95) return `${value.toFixed(1)}\u00a0ms`;
  if (value < 999.5) return `${value.toFixed(0)}\u00a0ms`;
  if (value < 9995) return `${(value / 1000).toFixed(2)}\u00a0s`;
  if (value < 59950) return `${(value / 1000).toFixed(1)}\u00a0s`;
  const whole = Math.round(value / 1000);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0
    ? `${count(hours)}\u00a0h\u00a0${minutes}\u00a0min`
    : `${minutes}\u00a0min\u00a0${whole % 60}\u00a0s`;
};

/** Seconds as a clock shows them: 0:07, 12:34, 1:02:03. */
export const clock = (seconds) => {
  if (!isNumber(seconds)) return unknown;
  const whole = Math.max(0, Math.floor(seconds));
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes}:${two(whole % 60)}`
    : `${count(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(whole % 60)}`;
};

/** A number of bytes with a unit that suits it. */
export const bytes = (value) => {
  if (!isNumber(value)) return unknown;
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let rest = value;
  let unit = 0;
  while (rest >= 1024 && unit + 1 < units.length) {
    rest /= 1024;
    unit += 1;
  }
  return `${grouped(rest, unit === 0 ? 0 : 1)}\u00a0${units[unit]}`;
};

/** A moment of UTC as RFC 3339 has it, without its marks. */
export const moment = (text) => (typeof text === 'string' && text ? text.replace('T', ' ').replace('Z', '') : unknown);

/** A thing or several: plural(1, 'user') is "1 user". */
export const plural = (value, noun) => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

/** Up to three digits that matter. */
export const short = (value) => shortFormatter.format(Number(value.toPrecision(3)));

/** A part of a whole, 0 of nothing. */
export const share = (part, whole) => (whole > 0 ? part / whole : 0);
