// The tables of rows: what was asked, what failed, and how the conversations do.

import { byId, element, setAttribute } from './dom.js';
import { count, fixed, moment, unknown } from './format.js';
import { fillMeter } from './head.js';
import { LiveTable } from './tables.js';

const whole = (title, key, width) => ({ title, width, value: (row) => row[key], text: (row) => count(row[key]) });
const time = (title, key, width, digits = 1) => ({
  title, width, value: (row) => row[key], text: (row) => fixed(row[key], digits),
});
const failed = (column) => ({ ...column, mark: (row) => (column.value(row) > 0 ? 'bad' : '') });
const seen = (title, key) => ({
  title, kind: 'text', width: 10.5, value: (row) => row[key], text: (row) => moment(row[key]),
});
const name = (title, key) => ({ title, kind: 'name', value: (row) => row[key] });

export const makeStatistics = () => {
  const table = new LiveTable(byId('statistics-table'), {
    caption: 'Request statistics',
    note: 'completed and failed turns; times in ms, rates of the last 10 s',
    empty: 'No run yet.',
    columns: [
      name('Name', 'name'),
      whole('Requests', 'requests', 5.2),
      failed(whole('Fails', 'failures', 4.4)),
      time('Median', 'median_ms', 5),
      time('95%ile', 'p95_ms', 5),
      time('99%ile', 'p99_ms', 5),
      time('Average', 'average_ms', 5),
      time('Min', 'min_ms', 4.6),
      time('Max', 'max_ms', 5.2),
      time('Average size', 'average_bytes', 4.8, 0),
      time('Current RPS', 'current_rps', 4.6),
      failed(time('Current fails/s', 'current_failures_per_s', 4.6)),
      whole('Events', 'events', 5.8),
      whole('Stalls', 'stalls', 4.4),
      time('ttft p50', 'ttft_p50_ms', 4.8),
      time('ttft p95', 'ttft_p95_ms', 4.8),
    ],
  });
  return ({ rows, total }) => table.update(rows ?? [], total);
};

const meterColumn = {
  title: 'Progress',
  kind: 'text',
  width: 9,
  value: (row) => (row.planned > 0 && !row.isEndless ? (row.completed + row.failed + row.cancelled) / row.planned : null),
  draw: (cell, row) => {
    if (!cell.firstChild) {
      const range = { 'aria-valuemin': 0, 'aria-valuemax': 100 };
      cell.append(element('span', { className: 'meter', role: 'progressbar', ...range }));
    }
    cell.firstChild.hidden = row.isEndless;
    setAttribute(cell.firstChild, 'aria-label', `Invocations of ${row.name} that ended`);
    fillMeter(cell.firstChild, [['done', row.completed], ['bad', row.failed], ['other', row.cancelled]], row.planned);
  },
};

export const makeConversations = () => {
  const table = new LiveTable(byId('conversations-table'), {
    caption: 'Conversations',
    note: 'conversation_time in ms',
    empty: 'No run yet.',
    columns: [
      name('Conversation', 'name'),
      meterColumn,
      whole('Planned', 'planned', 6),
      whole('Running', 'running'),
      whole('Completed', 'completed', 6),
      failed(whole('Failed', 'failed')),
      whole('Cancelled', 'cancelled', 5.4),
      whole('Not started', 'not_started', 6),
      time('p50', 'time_p50_ms', 6),
      time('p95', 'time_p95_ms', 6),
    ],
  });
  const slowest = new LiveTable(byId('slowest-table'), {
    caption: 'Slowest conversations',
    note: 'the start is that of the first send, since the start of the run',
    empty: 'No conversation has been completed yet.',
    key: (row) => row.session,
    columns: [
      name('Conversation', 'conversation'),
      { title: 'Session', kind: 'code', width: 20, value: (row) => row.session },
      time('Time (ms)', 'time_ms', 7, 2),
      time('Start (s)', 'start_s', 6, 2),
    ],
  });
  return {
    hello: (metrics) => {
      const formula = metrics?.find((metric) => metric.name === 'conversation_time')?.formula;
      if (formula) table.setNote(`conversation_time in ms: ${formula}`);
    },
    show: (state) => {
      const isEndless = Boolean(state.run && state.is_endless);
      table.update((state.by_conversation ?? []).map((row) => ({ ...row, isEndless })));
      slowest.update(state.slowest ?? []);
    },
  };
};

export const makeFailures = () => {
  const table = new LiveTable(byId('failures-table'), {
    caption: 'Failures',
    note: 'times in UTC',
    empty: 'No failures.',
    // The reason has counts in it, which change.
    key: (row) => `${row.conversation}\n${row.outcome}`,
    columns: [
      name('Conversation', 'conversation'),
      { title: 'Reason', kind: 'long', width: 16, value: (row) => row.reason },
      whole('Count', 'count', 5.6),
      {
        title: 'Example',
        kind: 'code',
        width: 26,
        value: (row) => row.example || null,
        text: (row) => row.example || unknown,
      },
      seen('First seen', 'first_seen'),
      seen('Last seen', 'last_seen'),
    ],
  });
  return (state) => table.update(state.failures ?? []);
};
