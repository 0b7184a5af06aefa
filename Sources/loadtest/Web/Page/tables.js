// Tables of live numbers that sort by every column. Cells are changed in place: selection, focus and scrolling stay.

import { arrange, element, setAttribute, setName, setText } from './dom.js';

/** A table whose columns have a `title`, a `width` (in rem, or any length of CSS) and a `value(row)` to sort by.
 *
 * Of a cell, `text(row)` is the text (the value itself when it is left out), `small(row)` a second line, `mark(row)` a
 * class; `draw(cell, row)` does all of it instead. The `kind` of a column is `name` (the row's head), `text`, `long`
 * (several lines), `code`, or none for numbers.
 */
export class LiveTable {
  /** `options`: caption, note, columns, key(row), empty (what is said without rows), isSortable. */
  constructor(host, options) {
    this.options = { isSortable: true, key: (row) => row.name, empty: 'Nothing yet.', ...options };
    this.lines = new Map();
    this.sort = null;
    this.rows = [];
    this.build(host);
  }

  build(host) {
    const { caption, note, columns } = this.options;
    const widthOf = ({ width, kind }) => {
      if (typeof width === 'string') return width;
      return width || kind !== 'name' ? `${width ?? 5.2}rem` : 'var(--name)';
    };
    const widths = columns.map(widthOf);
    const columnWidths = element('colgroup', {}, ...widths.map((width) => {
      const column = element('col');
      column.style.width = width;
      return column;
    }));
    this.caption = element('caption', {}, caption);
    if (note) this.setNote(note);
    this.heads = columns.map((column, index) => this.head(column, index));
    this.body = element('tbody');
    this.foot = element('tfoot');
    this.nothing = element('tr', {}, element('td', { className: 'empty', colSpan: columns.length },
      element('p', {}, this.options.empty)));
    const hasHeads = columns.some(({ title }) => title);
    const thead = element('thead', { hidden: !hasHeads }, element('tr', {}, ...this.heads));
    const table = element('table', {}, this.caption, columnWidths, thead, this.body, this.foot);
    table.style.minWidth = `calc(${widths.join(' + ')})`;
    this.box = element('div', { className: 'scroll', role: 'region', 'aria-label': caption, tabIndex: 0 }, table);
    host.replaceChildren(this.box);
    this.body.append(this.nothing);
  }

  /** Says more about what the table shows. */
  setNote(text) {
    if (!this.note) this.caption.append(' ', this.note = element('small'));
    setText(this.note, text);
  }

  head(column, index) {
    const head = element('th', { scope: 'col', className: LiveTable.isText(column) ? 't' : '' });
    if (!this.options.isSortable || !column.value) {
      head.append(column.title);
      return head;
    }
    const button = element('button', { type: 'button' }, column.title);
    button.addEventListener('click', () => {
      const isFalling = this.sort?.index === index ? !this.sort.isFalling : !LiveTable.isText(column);
      this.sort = { index, isFalling };
      this.heads.forEach((other, place) => {
        setAttribute(other, 'aria-sort', place === index ? (isFalling ? 'descending' : 'ascending') : null);
      });
      this.order();
    });
    head.append(button);
    return head;
  }

  static isText({ kind }) { return ['name', 'text', 'long', 'code'].includes(kind); }

  /** Shows these rows; `total` stays at the end. */
  update(rows, total) {
    const old = this.lines;
    this.lines = new Map();
    this.rows = rows.map((row) => {
      let key = this.options.key(row);
      while (this.lines.has(key)) key += ' ';
      const line = old.get(key) ?? this.line();
      old.delete(key);
      this.lines.set(key, line);
      this.fill(line, row);
      return { row, line };
    });
    for (const line of old.values()) line.remove();
    if (rows.length > 0) this.nothing.remove();
    else this.body.append(this.nothing);
    this.order();
    if (!total || rows.length === 0) {
      this.foot.replaceChildren();
    } else {
      if (!this.foot.firstChild) this.foot.append(this.line());
      this.fill(this.foot.firstChild, total);
    }
  }

  line() {
    return element('tr', {}, ...this.options.columns.map((column) => {
      const mark = { long: 't long', text: 't', code: 't long', name: 't' }[column.kind] ?? '';
      return column.kind === 'name'
        ? element('th', { scope: 'row', className: mark })
        : element('td', { className: mark });
    }));
  }

  fill(line, row) {
    this.options.columns.forEach((column, index) => {
      const cell = line.children[index];
      if (column.draw) {
        column.draw(cell, row);
        return;
      }
      const text = column.text ? column.text(row) : column.value(row) ?? '';
      if (column.kind === 'name') LiveTable.fillName(cell, text, column.small?.(row));
      else if (column.kind === 'code') LiveTable.fillCode(cell, text);
      else setText(cell, text);
      if (column.mark) {
        const mark = column.mark(row);
        for (const name of ['good', 'bad']) cell.classList.toggle(name, mark === name);
      }
    });
  }

  static fillName(cell, name, small) {
    if (!cell.firstChild) cell.append(element('span'));
    setName(cell.children[0], name);
    if (!small) return;
    if (!cell.children[1]) cell.append(element('small'));
    setText(cell.children[1], small);
  }

  static fillCode(cell, text) {
    if (!cell.firstChild) cell.append(element('code'));
    setText(cell.firstChild, text);
  }

  order() {
    let rows = this.rows;
    if (this.sort) {
      const { index, isFalling } = this.sort;
      const { value } = this.options.columns[index];
      const sign = isFalling ? -1 : 1;
      // What has no value stays at the end.
      const compare = (a, b) => {
        if (a == null || b == null) return (a == null) - (b == null);
        return sign * (typeof a === 'number' ? a - b : String(a).localeCompare(String(b), 'en', { numeric: true }));
      };
      rows = rows.toSorted((a, b) => compare(value(a.row), value(b.row)));
    }
    arrange(this.body, rows.map(({ line }) => line));
  }
}
