// What is always to be seen: the state, and the numbers that matter most.

import { byId, element, setAttribute, setText } from './dom.js';
import { clock, count, ms, percent, plural, rate, share, unknown } from './format.js';

export const stateNames = {
  ready: 'Ready', spawning: 'Spawning', running: 'Running', stopping: 'Stopping', stopped: 'Stopped',
};

/** Shows shares of a whole as a bar: a list of [class, count]. */
export const fillMeter = (meter, parts, whole) => {
  const ended = parts.reduce((sum, [, value]) => sum + value, 0);
  parts.forEach(([mark, value], index) => {
    const part = meter.children[index] ?? meter.appendChild(element('span', { className: mark }));
    const width = `${(100 * share(value, whole)).toFixed(2)}%`;
    if (part.style.width !== width) part.style.width = width;
  });
  setAttribute(meter, 'aria-valuenow', Math.floor(100 * share(ended, whole)));
  setAttribute(meter, 'aria-valuetext', `${count(ended)} of ${count(whole)}`);
};

/** Shows the state's word; `lost` without a connection. */
export const showState = (state, isLost) => {
  const word = state?.state;
  const isWarmingUp = state?.is_warming_up && ['spawning', 'running'].includes(word);
  setAttribute(byId('state'), 'data-state', isLost ? 'lost' : isWarmingUp ? 'spawning' : word ?? 'none');
  const name = isWarmingUp ? 'Warming up' : stateNames[word] ?? word ?? 'Connecting';
  setText(byId('state-text'), isLost ? 'No connection' : name);
};

/** How many users or arrivals there are to be, beside how many there are. */
const showTargets = ({ state, run, gauges, rates }) => {
  const isOpen = run?.arrivals != null;
  const isOver = state === 'stopped' || state === 'stopping';
  const target = isOver ? null : run?.target;
  const users = isOpen && !isOver ? run.user_count : target == null ? null : Math.round(target);
  setText(byId('head-users-of'), users == null ? '' : `/ ${count(users)}`);
  byId('head-open').hidden = !isOpen;
  setText(byId('head-arrivals'), isOpen ? rate(rates?.arrivals) : unknown);
  const waiting = gauges?.waiting > 0 ? `${count(gauges.waiting)} wait` : '';
  setText(byId('head-arrivals-of'), [target == null ? '' : `/ ${rate(target)}`, waiting].filter(Boolean).join(', '));
};

export const showHead = (state) => {
  const { run, gauges, rates, turns, metrics, conversations } = state;
  const put = (id, text) => setText(byId(`head-${id}`), text);
  const ended = conversations ? conversations.completed + conversations.failed + conversations.cancelled : 0;
  const failures = turns ? share(turns.failed, turns.completed + turns.failed) : 0;
  setText(byId('target'), run ? run.host : '');
  byId('target').title = run ? run.host + (run.path ?? '') : '';
  put('users', run ? count(gauges?.users) : unknown);
  put('streams', run ? count(gauges?.streams) : unknown);
  put('turns', run ? rate(rates?.turns) : unknown);
  put('events', run ? rate(rates?.events) : unknown);
  put('failures', run ? percent(failures) : unknown);
  byId('head-failures').classList.toggle('bad', failures > 0);
  put('ttft', ms(metrics?.ttft?.p95_ms));
  put('time', run ? clock(run.elapsed_s) : unknown);
  put('left', run?.time_left_s > 0 && state.state !== 'stopped' ? `${clock(run.time_left_s)} left` : '');
  showTargets(state);
  // Of a run that begins again nothing is planned but what was played.
  const isEndless = run && state.is_endless;
  put('done', isEndless ? count(ended) : run ? `${count(ended)} / ${count(conversations?.planned)}` : unknown);
  byId('head-meter').hidden = isEndless;
  const { completed = 0, failed = 0, cancelled = 0, planned = 0 } = (run && conversations) || {};
  fillMeter(byId('head-meter'), [['done', completed], ['bad', failed], ['other', cancelled]], planned);
};

/** The state in a sentence, for those who hear the page. */
export const announcement = ({ state, run }) => {
  const isCounted = run?.arrivals == null && run?.stages == null;
  switch (state) {
    case 'spawning': return `Spawning ${plural(run?.user_count ?? 0, 'user')}.`;
    case 'running': return !isCounted ? 'Running.' : `Running with ${plural(run?.user_count ?? 0, 'user')}.`;
    case 'stopping': return 'Stopping: running turns may come to their end.';
    case 'stopped': return run?.error ? `Stopped: ${run.error}` : 'Stopped. The results stay.';
    default: return 'Ready.';
  }
};
