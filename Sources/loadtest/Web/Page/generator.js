// Whether the numbers can be trusted: the generator's own state, and what it means.

import { byId, setText } from './dom.js';
import { bytes, count, fixed, ms, moment, plural, share, unknown } from './format.js';
import { LiveTable } from './tables.js';

const advice = 'use fewer users, --processes, or a machine of its own';

/** Whether the generator's own delays are in the numbers. */
export const isLate = ({ run, generator }) => {
  if (!run) return false;
  if (run.verdict && run.verdict !== 'interrupted') return run.verdict === 'generator_bound';
  return generator?.max_error_ms != null && generator.canary?.p99_ms > generator.max_error_ms;
};

/** The verdict as [mark, name, sentence]. */
const judge = (state) => {
  const { run, generator } = state;
  if (!run) {
    return ['', 'No run yet.', 'A run measures how late it is itself, and says here whether its numbers are true.'];
  }
  const canary = generator?.canary;
  const limit = generator?.max_error_ms;
  const allowed = limit == null ? '' : ` (${ms(limit)} is allowed)`;
  const lateness = canary?.ticks
    ? `99 % of its ${plural(canary.ticks, 'canary tick')} were read within ${ms(canary.p99_ms)}${allowed}`
    : null;
  if (!lateness && run.verdict !== 'interrupted') {
    return ['', 'Not known.', 'No canary tick was read so far, so the error of the times is not known.'];
  }
  switch (run.verdict) {
    case 'valid':
      return ['good', 'Valid measurement.',
        `The generator was punctual: ${lateness}, so the times are true to about that.`];
    case 'generator_bound':
      return ['bad', 'Generator-bound.',
        `The generator itself was late: ${lateness}, and its delays are in the times; ${advice}.`];
    case 'interrupted':
      return ['warn', 'Interrupted.', 'The run was stopped before its end: everything is of the time until then'
        + (lateness ? `; of the generator, ${lateness}` : '')
        + (isLate(state) ? ', so its delays are in the times.' : '.')];
    default:
      return isLate(state)
        ? ['bad', 'Late so far.',
          `The generator itself is late: ${lateness}, and its delays are in the times; ${advice}.`]
        : ['good', 'Punctual so far.', `${lateness}, so the times are true to about that.`];
  }
};

const generatorRows = ({ run, rates, generator }) => {
  if (!run || !generator) return [];
  const { canary, loop_iteration: iteration } = generator;
  const cores = share(generator.cpu_s, run.elapsed_s);
  return [
    ['CPU now', rates?.cpu == null ? unknown : `${fixed(rates.cpu * 100, 1)} %`,
      'Of one core, in the last ten seconds. Near 100 % for each process the generator is the bottleneck.'],
    ['CPU time', `${ms(generator.cpu_s * 1000)} (${fixed(cores * 100, 1)}\u00a0%)`,
      'Of the whole run, and its share of one core.'],
    ['Peak memory', bytes(generator.peak_rss_bytes), 'The most that was resident at once.'],
    ['Processes', count(run.processes), 'Each has a loop of its own, on a core of its own.'],
    ['Connections opened', count(generator.connections_opened),
      'Kept between turns: many more than users means that the server closes them.'],
    ...(generator.libcurl
      ? [['libcurl', generator.libcurl, generator.libcurl_note ?? 'The library that carries the turns.']] : []),
    ...(generator.addresses ?? []).map(({ address, attempts, connections, turns }) => [
      `To ${address}`,
      `${count(turns)} ${turns === 1 ? 'turn' : 'turns'}, ${count(connections)} ${connections === 1 ? 'connection' : 'connections'}`,
      `${count(attempts - connections)} more attempts to connect to this address of the host failed, or were left for another address.`]),
    ['Stale reuse', count(generator.stale_reuse), 'Kept connections that the server had closed when a turn was sent.'],
    ['Canary p50', ms(canary?.p50_ms),
      'A tick every 10 ms: how late the loop reads it is how late it reads every answer.'],
    ['Canary p99', ms(canary?.p99_ms), 'The error bar of all times; it decides the verdict.'],
    ['Canary max', ms(canary?.max_ms), 'The longest delay of the run.'],
    ['Limit of canary p99', ms(generator.max_error_ms), '--max-error, or 5 ms or a tenth of the median ttft.'],
    ['Loop iteration p99', ms(iteration?.p99_ms), 'How long the loop worked before it looked at its sockets again.'],
    ['Loop iteration max', ms(iteration?.max_ms), 'The longest such iteration.'],
    ['Lost processes', generator.lost_processes?.length ? generator.lost_processes.join('; ') : 'none',
      'What a lost process did after its last report is not in the numbers.'],
  ];
};

/** How the load comes and goes. */
const loadRows = (run) => {
  const stages = run.stages == null ? [] : [['Stages', run.stages, run.stages_ended]];
  if (run.arrivals != null) {
    const rate = run.arrival_rate == null ? [] : [['Arrival rate', run.arrival_rate]];
    return [...rate, ...stages, ['Arrivals', run.arrivals], ['Most users', count(run.user_count)]];
  }
  return run.stages != null && !run.stages_ended
    ? stages : [...stages, ['Users', count(run.user_count)], ['Spawn rate', `${run.spawn_rate} per second`]];
};

const runRows = ({ run, stalls, goodput, is_endless: isEndless }) => (run ? [
  ['Run', `${count(run.number)}, started ${moment(run.started_at)} UTC`],
  ['Host', run.host],
  ['Path of a turn', run.path ?? unknown],
  ...loadRows(run),
  ['Run time', run.run_time_s == null ? `until ${isEndless ? 'it is stopped' : 'all is played'}` : ms(run.run_time_s * 1000)],
  ...(run.warm_up == null ? [] : [['Warm-up', /^\d+$/.test(run.warm_up) ? `${run.warm_up} turns` : run.warm_up]]),
  ['A stall is a gap over', ms(stalls?.after_ms)],
  ['Objectives', goodput?.objectives?.join(', ') || 'none'],
] : []);

const makeFacts = (host, caption, empty, widths) => new LiveTable(byId(host), {
  caption,
  empty,
  isSortable: false,
  key: (row) => row[0],
  columns: [
    { title: '', kind: 'name', width: widths[0], text: (row) => row[0], small: (row) => row[2] },
    { title: '', kind: 'long', width: widths[1], text: (row) => row[1] },
  ],
});

const observed = ({ expr, observed: value, ok, turns }) => {
  if (value == null) return ok ? 'there was none' : 'nothing to judge by';
  if (/\d(ns|us|µs|ms|s|m|h)\s*$/.test(expr)) {
    const judged = turns ? ` (of ${count(turns.judged)} turns; ${count(turns.completed)} were completed)` : '';
    return `${fixed(value, 2)} ms${judged}`;
  }
  if (/%\s*$/.test(expr)) return `${fixed(value * 100, 3)} %`;
  return fixed(value, Number.isInteger(value) ? 0 : 3);
};

export const makeGenerator = () => {
  const generator = makeFacts('generator-table', 'The generator', 'No run yet.', [13, 6]);
  const facts = makeFacts('run-table', 'The run', 'No run yet.', [6.5, 11]);
  const thresholds = new LiveTable(byId('thresholds-table'), {
    caption: 'Thresholds',
    empty: 'There are none, or they are judged at the end of the run.',
    isSortable: false,
    key: (row) => row.expr,
    columns: [
      { title: 'Threshold', kind: 'code', width: 8, text: (row) => row.expr },
      { title: 'Observed', width: 6.5, text: observed },
      {
        title: 'Result',
        kind: 'text',
        width: 4.2,
        text: (row) => (row.ok ? 'kept' : 'failed'),
        mark: (row) => (row.ok ? 'good' : 'bad'),
      },
    ],
  });
  return (state) => {
    const [mark, name, sentence] = judge(state);
    byId('verdict').className = `verdict ${mark}`;
    setText(byId('verdict-name'), name);
    setText(byId('verdict-text'), sentence);
    generator.update(generatorRows(state));
    facts.update(runRows(state));
    thresholds.update(state.thresholds ?? []);
  };
};

/** Every option that the program was started with. */
export const makeOptions = () => {
  const table = makeFacts('options-table', 'Options of the program’s start', 'No options.', [6.5, 11]);
  return (configuration) => {
    table.update(Object.entries(configuration ?? {}).toSorted(([a], [b]) => a.localeCompare(b, 'en')));
  };
};
