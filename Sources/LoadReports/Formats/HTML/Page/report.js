'use strict';
// Tables that are sorted by a click on a column's head.

(() => {
  const valueOf = (row, column) => {
    const text = row.cells[column].textContent;
    const number = parseFloat(text.replaceAll(',', ''));
    return { text, number };
  };
  const sort = (table, column, isText, isFalling) => {
    const sign = isFalling ? -1 : 1;
    const rows = [...table.tBodies[0].rows].map((row) => ({ row, ...valueOf(row, column) }));
    rows.sort((a, b) => {
      if (isText) return sign * a.text.localeCompare(b.text, 'en', { numeric: true });
      // Cells without a number stay at the end.
      return Number.isNaN(a.number) - Number.isNaN(b.number) || sign * (a.number - b.number) || 0;
    });
    table.tBodies[0].append(...rows.map(({ row }) => row));
  };

  for (const table of document.querySelectorAll('table:has(thead)')) {
    if (table.tBodies[0].rows.length < 2) continue;
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const isText = head.classList.contains('t');
      const button = document.createElement('button');
      button.type = 'button';
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener('click', () => {
        const order = head.getAttribute('aria-sort');
        const isFalling = order ? order === 'ascending' : !isText;
        for (const other of heads) other.removeAttribute('aria-sort');
        head.setAttribute('aria-sort', isFalling ? 'descending' : 'ascending');
        sort(table, column, isText, isFalling);
      });
    });
  }
})();
