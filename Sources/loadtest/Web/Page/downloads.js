// What can be downloaded.

import { byId, element } from './dom.js';

const files = [
  ['stats/report?download=1', 'HTML report', 'One file with charts and tables.'],
  ['stats/summary', 'Summary (JSON)', 'The whole result, which loadtest report reads; after the run.', true],
  ['stats/requests/csv', 'Request statistics (CSV)',
    'Locust’s _stats.csv: requests, failures and response times of each row.'],
  ['stats/failures/csv', 'Failures (CSV)', 'Locust’s _failures.csv: what failed, and how often.'],
  ['exceptions/csv', 'Exceptions (CSV)', 'Locust’s _exceptions.csv: problems of the generator itself.'],
  ['stats/requests_full_history/csv', 'History (CSV)', 'Locust’s _stats_history.csv: the run over time.'],
  ['stats/streaming/csv', 'Streaming (CSV)', 'First tokens, gaps between events and stalls of each row.'],
  ['stats/json', 'Statistics (JSON)', 'The structure of Locust’s --json.'],
];

let items;

const build = () => files.map(([href, name, about, isAfterRun]) => {
  const link = element('a', { href, download: '' }, name);
  const dead = element('strong', { hidden: true }, name);
  const line = element('li', {}, dead, element('p', {}, about));
  const live = element('span', {}, link);
  if (href.startsWith('stats/report')) {
    live.append(' (', element('a', { href: 'stats/report', target: '_blank', rel: 'noopener' }, 'open it'), ')');
  }
  line.prepend(live);
  return { line, live, dead, isAfterRun };
});

export const showDownloads = ({ state, run }) => {
  if (!items) {
    items = build();
    byId('downloads').append(...items.map(({ line }) => line));
  }
  byId('downloads').hidden = !run;
  byId('download-nothing').hidden = Boolean(run);
  for (const { live, dead, isAfterRun } of items) {
    live.hidden = Boolean(isAfterRun) && state !== 'stopped';
    dead.hidden = !live.hidden;
  }
};
