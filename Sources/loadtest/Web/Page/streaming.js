// How the answers stream: cards of what matters, and the percentiles of everything that is measured.

import { byId, element, setText } from './dom.js';
import { bytes, count, fixed, ms, percent, plural, rate, unknown } from './format.js';
import { LiveTable } from './tables.js';
import { makeTokens } from './tokens.js';

// What is measured, by name, in the order of all reports: the server says it at the beginning.
const formulas = new Map();

const percentileCards = ['ttft', 'answer_ttft', 'inter_event', 'response_time'];
// What only some servers tell of is shown when they do.
const optionalCards = ['tokens', 'answer_ttft'];

const card = (title, value, more) => {
  const parts = {
    value: element('p', { className: 'value' }, unknown),
    more: element('p', { className: 'more' }, more ?? ''),
  };
  const item = element('li', { className: 'card' }, element('h3', {}, title), parts.value, parts.more);
  return { item, show: (text, about) => { setText(parts.value, text); setText(parts.more, about); } };
};

const percentileCard = (metric) => {
  const values = ['p50', 'p95', 'p99'].map((rank) => [rank, element('dd', {}, unknown)]);
  const more = element('p', { className: 'more' });
  const item = element('li', { className: 'card wide' }, element('h3', {}, metric),
    element('dl', {}, ...values.map(([rank, value]) => element('div', {}, element('dt', {}, rank), value))), more);
  const name = () => setText(more, formulas.get(metric) ?? '');
  const show = (summary) => {
    for (const [rank, value] of values) setText(value, ms(summary?.[`${rank}_ms`]));
  };
  return { item, show, name };
};

export const makeStreaming = () => {
  const cards = {
    streams: card('Active streams'),
    events: card('Events/s'),
    tokens: card('Output tokens/s'),
    stalls: card('Stalls'),
    goodput: card('Goodput'),
    ...Object.fromEntries(percentileCards.map((metric) => [metric, percentileCard(metric)])),
  };
  for (const key of optionalCards) cards[key].item.hidden = true;
  byId('streaming-cards').append(...Object.values(cards).map(({ item }) => item));

  const time = (title, key) => ({
    title, width: 6, value: (row) => row[key], text: (row) => fixed(row[key], 2),
  });
  const table = new LiveTable(byId('metrics-table'), {
    caption: 'Metrics',
    note: 'of all turns, in ms',
    empty: 'Nothing was measured yet.',
    columns: [
      {
        title: 'Metric',
        kind: 'name',
        width: 'min(17rem, 46vw)',
        value: (row) => row.name,
        small: (row) => formulas.get(row.name) ?? '\u00a0',
      },
      { title: 'Count', width: 6.4, value: (row) => row.count, text: (row) => count(row.count) },
      time('Min', 'min_ms'), time('Average', 'mean_ms'), time('p50', 'p50_ms'), time('p90', 'p90_ms'),
      time('p95', 'p95_ms'), time('p99', 'p99_ms'), time('p99.9', 'p999_ms'), time('Max', 'max_ms'),
    ],
  });

  const tokens = makeTokens();

  const hello = (metrics) => {
    for (const { name, formula } of metrics ?? []) formulas.set(name, formula);
    for (const metric of percentileCards) cards[metric].name();
  };

  const show = ({ run, gauges, rates, turns, events, bytes: received, stalls, goodput, metrics, rows: parts, total }) => {
    if (!run) {
      for (const key of ['streams', 'events', 'stalls', 'goodput']) cards[key].show(unknown, '');
      setText(cards.streams.item.lastChild, 'No run yet.');
    } else {
      cards.streams.show(
        count(gauges?.streams),
        `${count(gauges?.streaming)} with text coming, at most ${count(turns?.peak_concurrent)} at once`
          + (turns?.abandoned > 0 ? `; ${count(turns.abandoned)} were abandoned` : ''),
      );
      cards.events.show(rate(rates?.events), `${plural(events, 'event')}, ${bytes(received)}`);
      cards.stalls.show(
        percent(stalls?.rate),
        `of the turns; ${plural(stalls?.total, 'gap')} over ${ms(stalls?.after_ms)}`,
      );
      cards.goodput.show(
        goodput ? percent(goodput.conversations) : unknown,
        goodput
          ? `${percent(goodput.turns)} of the turns: ${goodput.objectives.join(', ')}`
          : 'No --objective was given.',
      );
    }
    const told = total?.tokens;
    cards.tokens.item.hidden = !told;
    if (told) {
      const kinds = ['input', 'output', 'reasoning', 'cached'].filter((kind) => told[kind] > 0 || kind === 'output');
      cards.tokens.show(rate(rates?.output_tokens), kinds.map((kind) => `${count(told[kind])} ${kind}`).join(', '));
    }
    cards.answer_ttft.item.hidden = !(metrics?.answer_ttft?.count > 0);
    tokens(parts ?? [], total);
    for (const metric of percentileCards) cards[metric].show(metrics?.[metric]);
    const order = [...formulas.keys()];
    const place = (name) => (order.includes(name) ? order.indexOf(name) : order.length);
    const rows = Object.entries(metrics ?? {}).filter(([, values]) => values?.count > 0);
    rows.sort(([a], [b]) => place(a) - place(b));
    table.update(rows.map(([name, values]) => ({ name, ...values })));
  };

  return { hello, show };
};
