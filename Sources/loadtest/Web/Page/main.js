// Puts the page together: what the server says goes to the head and to the tab that is seen.

import { post } from './api.js';
import { Charts } from './charts.js';
import { byId, setText } from './dom.js';
import { setDownloads, showDownloads } from './downloads.js';
import { EditDialog, StartForm } from './form.js';
import { count } from './format.js';
import { isLate, makeGenerator, makeOptions } from './generator.js';
import { announcement, showHead, showState, stateNames } from './head.js';
import { listen } from './live.js';
import { addLines } from './log.js';
import { setPreviewAvailable } from './preview.js';
import { makeConversations, makeFailures, makeStatistics } from './statistics.js';
import { makeStreaming } from './streaming.js';
import { makeTabs } from './tabs.js';

let state = null;
let isLost = false;
let heardAt = null;
let shownTab = 'statistics';

const isActive = (word) => ['spawning', 'running', 'stopping'].includes(word);
const announce = (text) => setText(byId('announcer'), text);
const showBanner = (id, text) => {
  byId(id).hidden = !text;
  setText(byId(id), text);
};

const charts = new Charts();
const editDialog = new EditDialog();
const showOptions = makeOptions();
const streaming = makeStreaming();
const conversations = makeConversations();
const panels = {
  statistics: makeStatistics(),
  streaming: streaming.show,
  conversations: conversations.show,
  failures: makeFailures(),
  generator: makeGenerator(),
  download: showDownloads,
};

const renderPanel = () => { if (state) panels[shownTab]?.(state); };

const renderButtons = () => {
  const word = state?.state;
  const active = isActive(word);
  const shown = {
    'new-run': (word === 'stopped' || word === 'ready') && !form.isOpen,
    edit: active,
    stop: active,
    reset: active,
  };
  const focused = document.activeElement;
  for (const [id, isShown] of Object.entries(shown)) byId(id).hidden = !isShown;
  byId('edit').disabled = word === 'stopping' || isLost;
  byId('stop').disabled = word === 'stopping' || isLost;
  byId('reset').disabled = isLost;
  byId('start-button').disabled = isLost || form.isSending;
  byId('start-cancel').hidden = !state?.run;
  // Focus does not get lost with the button that had it.
  if (focused?.hidden) [...document.querySelectorAll('.actions button:not([hidden], :disabled)')][0]?.focus();
};

const render = () => {
  if (!state || document.hidden) return;
  showHead(state);
  renderPanel();
  const failed = state.turns?.failed ?? 0;
  byId('failures-mark').hidden = failed === 0;
  setText(byId('failures-count'), failed === 0 ? '' : `: ${count(failed)}`);
  byId('generator-mark').hidden = !isLate(state);
  setText(byId('generator-late'), isLate(state) ? ': late' : '');
};

const form = new StartForm({
  onStart: ({ note }) => {
    showBanner('problem', note ? `Note: ${note}.` : '');
    renderButtons();
    byId('main').focus({ preventScroll: true });
    scrollTo(0, 0);
  },
  onCancel: () => {
    renderButtons();
    byId('new-run').focus();
  },
});

const takeState = (next) => {
  const [before, word] = [state?.state, next.state];
  const ended = next.run?.stages_ended;
  if (ended && ended !== state?.run?.stages_ended) announce(`${ended}.`);
  if (state?.is_warming_up && !next.is_warming_up && isActive(word)) {
    announce('The warm-up has ended: the run counts from now on.');
  }
  state = next;
  heardAt = new Date();
  if (word !== before) {
    if (isActive(word) && !isActive(before)) form.close();
    if (!isActive(word)) editDialog.close();
    if (word === 'ready') form.open();
    if (before !== undefined) announce(announcement(next));
    document.title = next.run ? `${stateNames[word] ?? word}: ${next.run.host} – loadtest` : 'loadtest';
  }
  showState(next, isLost);
  showBanner('run-note', ended ? `By hand: ${ended}.` : '');
  showBanner('run-error', next.run?.error ? `The run ended with an error: ${next.run.error}` : '');
  const warnings = (next.warnings ?? []).join('; ');
  showBanner('run-warning', warnings && `Warning: ${warnings}.`);
  renderButtons();
  render();
};

const takeConnection = (isThere) => {
  const wasLost = isLost;
  isLost = !isThere;
  const since = heardAt ? ` What is shown is of ${heardAt.toLocaleTimeString('en-GB')}.` : '';
  const text = `No connection to loadtest: trying again every second.${since}`;
  showBanner('connection', isLost ? text : '');
  if (isLost) announce(text);
  else if (wasLost) announce('The connection is back.');
  showState(state, isLost);
  renderButtons();
};

const ask = async (button, path) => {
  showBanner('problem', '');
  button.disabled = true;
  const answer = await post(path);
  button.disabled = false;
  if (!answer.success) showBanner('problem', answer.message);
  renderButtons();
};

byId('stop').addEventListener('click', () => ask(byId('stop'), 'stop'));
byId('reset').addEventListener('click', async () => {
  await ask(byId('reset'), 'stats/reset');
  byId('reset').focus();
});
byId('edit').addEventListener('click', () => editDialog.open(state.run, state.gauges?.users));
byId('new-run').addEventListener('click', () => {
  form.open();
  renderButtons();
  form.focus();
  scrollTo(0, 0);
});

makeTabs(byId('tabs'), (name) => {
  shownTab = name;
  charts.show(name === 'charts');
  renderPanel();
  if (name === 'log') byId('log-box').scrollTop = byId('log-box').scrollHeight;
});
document.addEventListener('visibilitychange', () => {
  render();
  charts.update();
});

listen({
  connection: takeConnection,
  hello: (hello) => {
    form.hello(hello);
    streaming.hello(hello.metrics);
    conversations.hello(hello.metrics);
    charts.setAvailable(hello.has_charts, hello.charts_note);
    setPreviewAvailable(hello.has_charts);
    showOptions(hello.configuration);
    setDownloads(hello.downloads);
    setText(byId('version'), `loadtest ${hello.version}`);
    renderPanel();
  },
  state: takeState,
  charts: (data) => charts.set(data),
  point: (point) => charts.add(point),
  log: addLines,
});
