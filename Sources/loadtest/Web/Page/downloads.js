// What can be downloaded: the formats that the server has.

import { byId, element } from './dom.js';

let items = [];

const build = ({ path, title, about, is_after_run: isAfterRun, is_shown: isShown }) => {
  const link = element('a', { href: isShown ? `${path}?download=1` : path, download: '' }, title);
  const dead = element('strong', { hidden: true }, title);
  const live = element('span', {}, link);
  if (isShown) live.append(' (', element('a', { href: path, target: '_blank', rel: 'noopener' }, 'open it'), ')');
  return { line: element('li', {}, live, dead, element('p', {}, about)), live, dead, isAfterRun };
};

export const setDownloads = (downloads) => {
  items = downloads.map(build);
  byId('downloads').replaceChildren(...items.map(({ line }) => line));
};

export const showDownloads = ({ state, run }) => {
  byId('downloads').hidden = !run;
  byId('download-nothing').hidden = Boolean(run);
  for (const { live, dead, isAfterRun } of items) {
    live.hidden = isAfterRun && state !== 'stopped';
    dead.hidden = !live.hidden;
  }
};
