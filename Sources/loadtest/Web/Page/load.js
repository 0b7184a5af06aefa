// How the load comes and goes: users at a spawn rate, conversations that arrive by themselves, or stages of either.

import { byId, setText } from './dom.js';
import { showProblem } from './fields.js';
import {
  arrivalRateProblem, arrivalsProblem, isOfRates, maxUsersProblem, spawnRateProblem, stagesOf, stagesProblem, userCountProblem,
} from './rules.js';
import { StagesTable } from './stages.js';

const models = ['users', 'arrivals', 'stages'];
const value = (id) => byId(id).value.trim();

export class Load {
  constructor() {
    this.table = new StagesTable(byId('stages'), byId('arrival_rate'));
    /** Of all models; those that are not asked for are hidden. */
    this.rules = [
      [byId('user_count'), userCountProblem],
      [byId('spawn_rate'), spawnRateProblem],
      [byId('stages'), stagesProblem],
      [byId('arrival_rate'), (text) => arrivalRateProblem(text, this.model === 'stages')],
      [byId('arrivals'), arrivalsProblem],
      [byId('max_users'), maxUsersProblem],
    ];
    for (const model of models) {
      byId(`load-${model}`).addEventListener('change', () => {
        this.isChosen = true;
        this.show();
      });
    }
    byId('stages').addEventListener('input', () => this.show());
  }

  get model() { return models.find((model) => byId(`load-${model}`).checked); }

  /** Whether conversations arrive by themselves. */
  get isOpen() { return this.model === 'arrivals' || (this.model === 'stages' && isOfRates(value('stages'))); }

  /** The most users at the same time; 0 where nobody says it. */
  get users() {
    if (this.isOpen) return 0;
    return this.model === 'users' ? Number(value('user_count')) || 0
      : Math.max(0, ...(stagesOf(value('stages')) ?? []).map(([, target]) => target));
  }

  /** The first field that is asked for. */
  get first() { return byId({ users: 'user_count', arrivals: 'arrival_rate', stages: 'stages' }[this.model]); }

  /** Takes the server's own model, unless another was chosen. */
  hello({ arrival_rate: rate, stages }) {
    if (!this.isChosen) byId(`load-${stages ? 'stages' : rate ? 'arrivals' : 'users'}`).checked = true;
    this.show();
    this.table.show();
  }

  /** Shows the fields of the model. */
  show() {
    const shown = { [this.model]: true, [this.isOpen ? 'open' : 'closed']: true };
    for (const field of document.querySelectorAll('[data-load]')) {
      const wasHidden = field.hidden;
      field.hidden = !shown[field.dataset.load];
      if (wasHidden && !field.hidden && field.dataset.load === 'stages') this.table.show();
    }
    setText(byId('arrival_rate-hint'), this.model === 'stages'
      ? 'At the start, such as 10/s; empty: nobody' : 'Conversations that arrive, such as 50/s, 3000/m or 100000/h');
    for (const [input] of this.rules) if (input.closest('[hidden]')) showProblem(input, '');
  }

  /** What is sent. */
  get fields() {
    if (!this.isOpen) {
      return this.model === 'users'
        ? [['user_count', value('user_count')], ['spawn_rate', value('spawn_rate')], ['arrival_rate', 'off'], ['stages', 'off']]
        : [['arrival_rate', 'off'], ['stages', value('stages')]];
    }
    return [
      ['arrival_rate', value('arrival_rate') || 'off'],
      ['arrivals', value('arrivals') || 'constant'],
      ['max_users', value('max_users')],
      ['stages', this.model === 'stages' ? value('stages') : 'off'],
    ];
  }
}
