// The stages of a load as a table, which fills the same text, and as a chart.

import { byId, element } from './dom.js';
import { drawPreview } from './preview.js';
import { isOfRates, rateOf, splitStages } from './rules.js';

export class StagesTable {
  /** `input` has the text, and `first` that of the rate at the start. */
  constructor(input, first) {
    this.input = input;
    this.first = first;
    first.addEventListener('input', () => this.draw());
    input.addEventListener('input', () => { if (!this.isWriting) this.show(); });
    byId('stages-add').addEventListener('click', () => {
      this.append(this.rows.at(-1)?.map(({ value }) => value) ?? ['', '']);
      this.write();
      this.rows.at(-1)[0].select();
    });
  }

  /** The inputs of each row. */
  get rows() { return [...byId('stages-rows').rows].map((row) => [...row.querySelectorAll('input')]); }

  /** Shows the text as rows. */
  show() {
    byId('stages-rows').replaceChildren();
    for (const stage of splitStages(this.input.value)) this.append(stage);
    this.number();
    this.draw();
  }

  draw() {
    const { value } = this.input;
    drawPreview(value, isOfRates(value) ? rateOf(this.first.value) ?? 0 : 0);
  }

  append(stage) {
    const inputs = stage.map((value) => element('input', { value, spellcheck: false }));
    const remove = element('button', { type: 'button' }, '×');
    const row = element('tr', {}, ...[...inputs, remove].map((child) => element('td', {}, child)));
    for (const input of inputs) input.addEventListener('input', () => this.write());
    remove.addEventListener('click', () => {
      const next = row.nextElementSibling ?? row.previousElementSibling;
      row.remove();
      this.write();
      (next?.querySelector('button') ?? byId('stages-add')).focus();
    });
    byId('stages-rows').append(row);
  }

  /** Names the rows by their places. */
  number() {
    this.rows.forEach(([time, target], index) => {
      time.ariaLabel = `Time of stage ${index + 1}`;
      target.ariaLabel = `Target of stage ${index + 1}`;
      time.closest('tr').querySelector('button').ariaLabel = `Remove stage ${index + 1}`;
    });
  }

  /** Makes the text of the rows. */
  write() {
    this.number();
    this.isWriting = true;
    this.input.value = this.rows.map((row) => row.map(({ value }) => value.trim()).join(':'))
      .filter((text) => text !== ':').join(',');
    this.input.dispatchEvent(new Event('input', { bubbles: true }));
    this.isWriting = false;
    this.draw();
  }
}
