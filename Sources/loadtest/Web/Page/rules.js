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

/** A duration in s, such as 90, 5m or 1h30m; undefined for what is none. */
export const secondsOf = (text) => {
  const value = text.trim();
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value);
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(value)) return undefined;
  return [...value.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)]
    .reduce((sum, [, number, unit]) => sum + Number(number) * units[unit], 0);
};

/** Empty is no limit. */
export const runTimeProblem = (text) => {
  const value = text.trim();
  const example = 'write for example 90, 5m or 1h30m';
  if (value === '') return '';
  if (value.startsWith('-')) return `The run time is negative; ${example}.`;
  const seconds = secondsOf(value);
  if (seconds === undefined) return `“${cut(value)}” is not a duration (units: ms s m h); ${example}.`;
  return seconds > longestS ? 'The run time is longer than ten years.' : '';
};

/** A rate such as 50/s, 3000/m or 100000/h, in arrivals a second; undefined for what is none. */
export const rateOf = (text) => {
  const parts = /^(\d+\.?\d*|\.\d+)\/([smh])$/.exec(text.trim());
  return parts ? Number(parts[1]) / units[parts[2]] : undefined;
};

/** `isOptional`: whether empty is nobody, or as it is. */
export const arrivalRateProblem = (text, isOptional) => {
  const value = text.trim();
  if (value === '') return isOptional ? '' : 'The arrival rate is missing: write for example 50/s.';
  const rate = rateOf(value);
  if (rate === undefined) return `“${cut(value)}” is not a rate: write for example 50/s, 3000/m or 100000/h.`;
  return rate > 0 && rate <= 1e6 ? '' : 'The arrival rate must be over 0 and at most 1,000,000/s.';
};

export const arrivalsProblem = (text) => (/^(|constant|poisson|gamma:\d+(\.\d+)?)$/.test(text.trim())
  ? '' : `“${cut(text.trim())}” is no kind of arrivals: write constant, poisson or for example gamma:2.`);

export const maxUsersProblem = (text) => whole(text, 1, limits.users, 'The most users');

/** Stages as they are written, as a list of [time, target]. */
export const splitStages = (text) => text.split(',').map((part) => {
  const [time, ...target] = part.split(':');
  return [time.trim(), target.join(':').trim()];
});

/** Whether the targets of stages are arrivals, and not users. */
export const isOfRates = (text) => text.includes('/');

/** The stages as a list of [duration in s, target]; undefined for what is none. */
export const stagesOf = (text) => {
  const isRate = isOfRates(text);
  const stages = splitStages(text).map(([time, target]) => [
    secondsOf(time), isRate ? rateOf(target) : /^\d+$/.test(target) ? Number(target) : undefined,
  ]);
  return stages.some(([seconds, target]) => seconds === undefined || target === undefined) ? undefined : stages;
};

export const stagesProblem = (text) => {
  const value = text.trim();
  if (value === '') return 'The stages are missing: write for example 30s:100,2m:1000,30s:0.';
  const stages = stagesOf(value);
  if (!stages) {
    const wrong = splitStages(value).find(([time, target]) => !stagesOf(`${time}:${target}`))?.join(':');
    return wrong === undefined
      ? 'The stages are all of users (30s:100) or all of arrivals (30s:10/s).'
      : `“${cut(wrong)}” is no stage: write for example 30s:100 for users, or 30s:10/s for arrivals.`;
  }
  if (stages.every(([seconds]) => seconds === 0)) return 'All stages take no time: give one of them a time.';
  return stages.every(([, target]) => target === 0) ? 'All stages are 0: nobody would come.' : '';
};

/** Empty is none. */
export const warmUpProblem = (text) => {
  const value = text.trim();
  if (value === '' || secondsOf(value) > 0) return '';
  return `“${cut(value)}” is no warm-up: write a time such as 30s, or a number of turns such as 500.`;
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
