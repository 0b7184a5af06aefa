// What servers say of their answers: tokens, and why they ended. Hidden while no server says anything.

import { byId } from './dom.js';
import { count, fixed } from './format.js';
import { LiveTable } from './tables.js';

const name = { title: 'Name', kind: 'name', value: (row) => row.name };
const tokens = (title, key) => ({
  title, width: 6.4, value: (row) => row.tokens?.[key], text: (row) => count(row.tokens?.[key]),
});
const time = (title, key) => ({ title, width: 5.4, value: (row) => row[key], text: (row) => fixed(row[key], 2) });

/** Makes the tables; what is returned shows rows and their total. */
export const makeTokens = () => {
  const table = new LiveTable(byId('tokens-table'), {
    caption: 'Tokens',
    note: 'as the server says, of the completed turns of which it does; times in ms',
    columns: [
      name, tokens('Turns', 'turns'), tokens('Input', 'input'), tokens('Cached', 'cached'),
      tokens('Reasoning', 'reasoning'), tokens('Output', 'output'),
      time('tpot p50', 'tpot_p50_ms'), time('tpot p95', 'tpot_p95_ms'),
      time('answer_ttft p50', 'answer_ttft_p50_ms'), time('answer_ttft p95', 'answer_ttft_p95_ms'),
    ],
  });
  const reasons = new LiveTable(byId('reasons-table'), {
    caption: 'Finish reasons',
    note: 'of completed turns, in the words of the server',
    columns: [
      name,
      { title: 'Turns', width: 6.4, value: (row) => row.count, text: (row) => count(row.count) },
    ],
  });
  return (rows, total) => {
    byId('tokens-table').hidden = !total?.tokens;
    table.update(total?.tokens ? rows : [], total);
    const ends = Object.entries(total?.finish_reasons ?? {});
    byId('reasons-table').hidden = ends.length === 0;
    reasons.update(ends.map(([reason, turns]) => ({ name: reason, count: turns })));
  };
};
