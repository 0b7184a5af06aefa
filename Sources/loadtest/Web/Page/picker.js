// Which conversations are played, and how often each.

import { byId, element, setText } from './dom.js';
import { recheckWhileTyping, showProblem } from './fields.js';
import { count, plural } from './format.js';
import { invocationsProblem } from './rules.js';

export class Picker {
  constructor() {
    this.items = [];
    byId('picker-filter').addEventListener('input', () => this.filter());
    // Enter here starts no run.
    byId('picker-filter').addEventListener('keydown', (event) => {
      if (event.key === 'Enter') event.preventDefault();
    });
    byId('picker-all').addEventListener('click', () => this.chooseAll(true));
    byId('picker-none').addEventListener('click', () => this.chooseAll(false));
  }

  /** Shows these; what was chosen before stays where they are the same. */
  set(conversations) {
    const text = JSON.stringify(conversations);
    if (text === this.text) return;
    this.text = text;
    this.items = conversations.map((conversation, index) => this.item(conversation, index));
    byId('picker').replaceChildren(...this.items.map(({ line }) => line));
    byId('picker-filter').hidden = conversations.length < 8;
    this.showSum();
  }

  item({ name, turns, invocations }, index) {
    const box = element('input', { type: 'checkbox', checked: true, id: `chosen-${index}` });
    const times = element('input', {
      id: `invocations-${index}`,
      value: String(invocations),
      inputMode: 'numeric',
      'aria-label': `Invocations of ${name}`,
      'aria-describedby': `invocations-${index}-error`,
    });
    const line = element('li', {},
      element('label', {}, box, element('span', {}, name, ' ', element('small', {}, plural(turns, 'turn')))),
      element('span', { className: 'times' }, times, '×'),
      element('p', { className: 'error', id: `invocations-${index}-error` }));
    box.addEventListener('change', () => {
      times.disabled = !box.checked;
      if (!box.checked) showProblem(times, '');
      this.showSum();
    });
    times.addEventListener('input', () => this.showSum());
    recheckWhileTyping(times, invocationsProblem);
    return { name, invocations, box, times, line };
  }

  get chosen() { return this.items.filter(({ box }) => box.checked); }

  filter() {
    const text = byId('picker-filter').value.trim().toLowerCase();
    let found = 0;
    for (const { name, line } of this.items) {
      line.hidden = !name.toLowerCase().includes(text);
      found += line.hidden ? 0 : 1;
    }
    byId('picker-nothing').hidden = found > 0 || this.items.length === 0;
  }

  /** Those that the filter shows. */
  chooseAll(isChosen) {
    for (const { box, times, line } of this.items) {
      if (line.hidden) continue;
      box.checked = isChosen;
      times.disabled = !isChosen;
      if (!isChosen) showProblem(times, '');
    }
    this.showSum();
  }

  /** The invocations of those that are chosen. */
  get sum() { return this.chosen.reduce((sum, { times }) => sum + (Number(times.value) || 0), 0); }

  showSum() {
    const all = this.sum;
    const of = `${count(this.chosen.length)} of ${count(this.items.length)}`;
    setText(byId('picker-sum'), `${of}, ${plural(all, 'invocation')}`);
    if (this.chosen.length > 0) this.showProblem('');
  }

  showProblem(message) { setText(byId('user_classes-error'), message); }

  /** Shows what is wrong; gives the element where it is. */
  check() {
    let wrong;
    for (const { times } of this.chosen) {
      const message = invocationsProblem(times.value);
      showProblem(times, message);
      if (message) wrong ??= times;
    }
    if (wrong) return this.reveal(wrong);
    const isAnything = this.chosen.some(({ times }) => Number(times.value) > 0);
    const what = this.chosen.length === 0
      ? 'No conversation is chosen: choose at least one.'
      : 'None of the chosen conversations has invocations: give one of them at least 1.';
    this.showProblem(isAnything ? '' : what);
    return isAnything ? undefined : byId('picker-all');
  }

  /** The field of a conversation, which the server does not like. */
  showProblemOf(name, message) {
    const item = this.items.find((candidate) => candidate.name === name);
    if (!item) return undefined;
    showProblem(item.times, message);
    return this.reveal(item.times);
  }

  /** No filter hides it. */
  reveal(times) {
    if (times.closest('li').hidden) {
      byId('picker-filter').value = '';
      this.filter();
    }
    return times;
  }

  /** What is sent: names unless all are chosen, and numbers that are not those of the files. */
  get fields() {
    const names = this.chosen.length === this.items.length ? [] : this.chosen.map(({ name }) => ['user_classes', name]);
    const times = this.chosen
      .filter((item) => Number(item.times.value) !== item.invocations)
      .map((item) => [`invocations.${item.name}`, item.times.value.trim()]);
    return [...names, ...times];
  }
}
