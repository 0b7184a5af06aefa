// What the form's fields may hold. The server decides, and says the same; here it is said while somebody types.

/** What numbers may be at most; until the server has said it, anything. */
const limits = { users: Infinity, invocations: Infinity };
export const setLimits = (known) => Object.assign(limits, known);
const longestS = 10 * 365 * 24 * 3600;
const units = { ns: 1e-9, us: 1e-6, 'µs': 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

const cut = (text) => (text.length > 40 ? `${text.slice(0, 40)}…` : text);
const grouped = (value) => value.toLocaleString('en');

const whole = (text, least, most, what) => {
  const value = text.trim();
  if (value === '') return `${what} is missing: write a whole number from ${least} to ${grouped(most)}.`;
  if (!/^[+-]?\d+$/.test(value)) return `“${cut(value)}” is not a whole number: write for example 10.`;
  if (Number(value) < least) return `${what} must be at least ${least}.`;
  if (Number(value) > most) return `${what} must be at most ${grouped(most)}.`;
  return '';
};

// Each gives a message that says what is wrong, or nothing.

export const userCountProblem = (text) => whole(text, 1, limits.users, 'The number of users');

export const invocationsProblem = (text) => whole(text, 0, limits.invocations, 'The number of invocations');

/** Empty is as many as the conversations say. */
export const inAllProblem = (text) => (text.trim() === '' ? '' : whole(text, 1, limits.invocations, 'The number'));

export const spawnRateProblem = (text) => {
  const value = text.trim();
  if (value === '') return 'The spawn rate is missing: write how many users start per second, such as 10 or 0.5.';
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)) {
    return `“${cut(value)}” is not a number: write for example 10 or 0.5.`;
  }
  if (!(Number(value) > 0)) return 'The spawn rate must be over 0.';
  if (!Number.isFinite(Number(value))) return 'The spawn rate is too large.';
  return '';
};

/** `isOptional`: whether the server has a host of its own, its mock. */
export const hostProblem = (text, isOptional) => {
  const value = text.trim();
  const example = 'write for example http://localhost:8000';
  if (value === '') return isOptional ? '' : `The host is missing: ${example}.`;
  if (!/^https?:\/\//i.test(value)) return `The host must begin with http:// or https://; ${example}.`;
  if (/[\s\u0000-\u001f\u007f]/.test(value)) return `The host has a blank in it; ${example}.`;
  let url;
  try { url = new URL(value); } catch { return `This is not a URL; ${example}.`; }
  if (url.port === '0') return 'Port 0 cannot be connected to.';
  if (url.username || url.password) return 'A user and password do not belong into the host: use --header.';
  if (/[?#]/.test(value)) return 'A query or fragment does not belong into the host: see --path.';
  return '';
};

/** Empty is no limit. */
export const runTimeProblem = (text) => {
  const value = text.trim();
  const example = 'write for example 90, 5m or 1h30m';
  if (value === '') return '';
  if (value.startsWith('-')) return `The run time is negative; ${example}.`;
  let seconds = 0;
  if (/^\d+(\.\d+)?$/.test(value)) {
    seconds = Number(value);
  } else {
    if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(value)) {
      return `“${cut(value)}” is not a duration (units: ms s m h); ${example}.`;
    }
    for (const [, number, unit] of value.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)) {
      seconds += Number(number) * units[unit];
    }
  }
  return seconds > longestS ? 'The run time is longer than ten years.' : '';
};

const duration = String.raw`\s*(?:(?:\d+(?:\.\d+)?(?:ns|us|ms|s|m|h))+|\d+(?:\.\d+)?)\s*`;
const thinkTime = new RegExp(
  `^(?:off|${duration}|uniform *\\(${duration},${duration}\\)|exponential *\\(${duration}\\)`
  + `|lognormal *\\(${duration}, *[0-9.eE+-]+ *\\))$`,
);

/** Empty is what conversations say; what exactly is wrong with a time, the server says. */
export const thinkTimeProblem = (text) => {
  const value = text.trim();
  if (value === '' || thinkTime.test(value)) return '';
  return `“${cut(value)}” is no time; write for example 3s, uniform(1s, 5s), exponential(4s), lognormal(3s, 0.8) or off.`;
};
