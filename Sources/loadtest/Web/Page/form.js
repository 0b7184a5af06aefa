// The form that starts a run, and the dialog that changes a running one.

import { post } from './api.js';
import { byId, setText } from './dom.js';
import { check, recheckWhileTyping, showFormProblem, showProblem } from './fields.js';
import { count } from './format.js';
import { Load } from './load.js';
import { Picker } from './picker.js';
import {
  arrivalRateProblem, hostProblem, inAllProblem, runTimeProblem, setLimits, spawnRateProblem, thinkTimeProblem, userCountProblem,
  warmUpProblem,
} from './rules.js';

export class StartForm {
  /** `onStart` is called with the server's answer when it has started a run, `onCancel` when the form was closed instead. */
  constructor({ onStart, onCancel }) {
    this.onStart = onStart;
    this.picker = new Picker();
    this.load = new Load();
    this.isMock = false;
    this.isSending = false;
    this.rules = [
      ...this.load.rules,
      [byId('host'), (text) => hostProblem(text, this.isMock)],
      [byId('run_time'), runTimeProblem],
      [byId('invocations'), inAllProblem],
      [byId('think_time'), thinkTimeProblem],
      [byId('rest'), thinkTimeProblem],
      [byId('warm_up'), warmUpProblem],
    ];
    byId('repeat').addEventListener('change', () => {
      byId('repeat').dataset.isTyped = 'true';
      this.showRepeat();
    });
    byId('start-form').addEventListener('input', () => this.showUsers());
    byId('start-form').addEventListener('click', () => this.showUsers());
    for (const [input, rule] of this.rules) {
      recheckWhileTyping(input, rule);
      input.addEventListener('input', () => { input.dataset.isTyped = 'true'; });
    }
    byId('start-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.submit();
    });
    byId('start-cancel').addEventListener('click', () => {
      this.close();
      onCancel();
    });
  }

  /** Takes the server's own values; what was typed stays. */
  hello({ defaults, limits, is_mock: isMock, is_host_locked: isHostLocked, conversations }) {
    setLimits(limits);
    this.isMock = isMock;
    for (const [input] of this.rules) {
      if (!input.dataset.isTyped) input.value = defaults[input.id] ?? '';
    }
    if (!byId('repeat').dataset.isTyped) byId('repeat').checked = Boolean(defaults.repeat);
    this.showRepeat();
    this.load.hello(defaults);
    byId('host').placeholder = isMock ? 'the built-in mock assistant' : 'http://localhost:8000';
    const where = 'Where the assistant is, such as http://localhost:8000';
    const hint = isMock ? 'Empty: the built-in mock assistant' : where;
    setText(byId('host-hint'), isHostLocked ? 'loadtest was started with --web-lock-host: no other' : hint);
    byId('host').readOnly = isHostLocked;
    if (defaults.think_time) {
      setText(byId('think_time-hint'), `Before turns; empty: ${defaults.think_time}, as loadtest was started`);
    }
    this.picker.set(conversations ?? []);
    this.showUsers();
  }

  /** A run that begins again has no number of conversations. */
  showRepeat() {
    byId('invocations').disabled = byId('repeat').checked;
    if (byId('repeat').checked) showProblem(byId('invocations'), '');
  }

  /** Says before the start that users can never be all at work. */
  showUsers() {
    const { users } = this.load;
    const inAll = Number(byId('invocations').value.trim()) || this.picker.sum;
    const isTooFew = !byId('repeat').checked && users > inAll && inAll > 0;
    byId('users-note').hidden = !isTooFew;
    setText(byId('users-note'), isTooFew
      ? `At most ${count(inAll)} of ${count(users)} users play at the same time: there are no more conversations.` : '');
  }

  get isOpen() { return !byId('start').hidden; }

  open() {
    byId('start').hidden = false;
    this.load.table.show();
    showFormProblem(byId('start-error'), '');
  }

  close() { byId('start').hidden = true; }

  focus() { this.load.first.focus({ preventScroll: true }); }

  async submit() {
    showFormProblem(byId('start-error'), '');
    const rules = this.rules.filter(([input]) => !input.disabled && !input.closest('[hidden]'));
    const wrong = check(rules);
    const notChosen = this.picker.check();
    if (wrong || notChosen) {
      (wrong ?? notChosen).focus();
      return;
    }
    const value = (id) => byId(id).value.trim();
    this.isSending = true;
    byId('start-button').disabled = true;
    const answer = await post('swarm', [
      ...this.load.fields,
      ...(value('host') ? [['host', value('host')]] : []),
      // Empty would be the server's own run time, which is not what the form shows.
      ['run_time', value('run_time') || '0'],
      ...(value('think_time') ? [['think_time', value('think_time')]] : []),
      ['rest', this.load.isOpen ? 'off' : value('rest') || 'off'],
      ['warm_up', value('warm_up') || 'off'],
      ['repeat', String(byId('repeat').checked)],
      ['invocations', byId('repeat').checked ? '0' : value('invocations') || '0'],
      ...this.picker.fields,
    ]);
    this.isSending = false;
    byId('start-button').disabled = false;
    if (answer.success) {
      this.close();
      this.onStart(answer);
    } else {
      this.showRefusal(answer).focus();
    }
  }

  /** Shows what the server does not like; gives the element where it is. */
  showRefusal({ message, field }) {
    const input = this.rules.find(([candidate]) => candidate.id === field)?.[0];
    if (input && !input.closest('[hidden]')) {
      showProblem(input, message);
      return input;
    }
    if (field === 'user_classes') {
      this.picker.showProblem(message);
      return byId('picker-all');
    }
    const times = field?.startsWith('invocations.')
      ? this.picker.showProblemOf(field.slice('invocations.'.length), message)
      : undefined;
    if (!times) showFormProblem(byId('start-error'), message);
    return times ?? byId('start-error');
  }
}

export class EditDialog {
  constructor() {
    this.dialog = byId('edit-dialog');
    this.rules = [
      [byId('edit-user_count'), userCountProblem],
      [byId('edit-spawn_rate'), spawnRateProblem],
      [byId('edit-arrival_rate'), (text) => arrivalRateProblem(text, true)],
    ];
    for (const [input, rule] of this.rules) recheckWhileTyping(input, rule);
    byId('edit-cancel').addEventListener('click', () => this.dialog.close());
    byId('edit-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.submit();
    });
  }

  /** `users`: how many there are now. */
  open(run, users) {
    this.isOfArrivals = run.arrivals != null;
    const hasStages = run.stages != null && !run.stages_ended;
    byId('edit-open').hidden = !this.isOfArrivals;
    byId('edit-closed').hidden = this.isOfArrivals;
    setText(byId('edit-user_count-label'), this.isOfArrivals ? 'Most users' : 'Number of users');
    byId('edit-note').hidden = !hasStages;
    setText(byId('edit-note'), this.isOfArrivals ? 'Another arrival rate ends the stages.' : 'A change ends the stages.');
    byId('edit-user_count').value = hasStages && !this.isOfArrivals ? Math.max(users, 1) : run.user_count;
    byId('edit-spawn_rate').value = run.spawn_rate;
    byId('edit-arrival_rate').value = run.arrival_rate ?? '';
    this.before = new Map(this.rules.map(([input]) => [input, input.value]));
    for (const [input] of this.rules) showProblem(input, '');
    showFormProblem(byId('edit-error'), '');
    this.dialog.showModal();
    byId('edit-user_count').select();
  }

  /** The run has ended: there is nothing to change any more. */
  close() { if (this.dialog.open) this.dialog.close(); }

  async submit() {
    showFormProblem(byId('edit-error'), '');
    const rules = this.rules.filter(([input]) => !input.closest('[hidden]'));
    const wrong = check(rules);
    if (wrong) {
      wrong.focus();
      return;
    }
    // What stays as it is ends no stages.
    const changed = rules.map(([input]) => input)
      .filter((input) => !this.isOfArrivals || (input.value.trim() && input.value !== this.before.get(input)));
    if (changed.length === 0) {
      this.dialog.close();
      return;
    }
    byId('edit-button').disabled = true;
    const answer = await post('swarm', changed.map((input) => [input.name, input.value.trim()]));
    byId('edit-button').disabled = false;
    if (answer.success) {
      this.dialog.close();
      return;
    }
    const input = rules.find(([candidate]) => candidate.name === answer.field)?.[0];
    if (input) showProblem(input, answer.message);
    else showFormProblem(byId('edit-error'), answer.message);
    (input ?? byId('edit-button')).focus();
  }
}
