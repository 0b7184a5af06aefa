// The charts, drawn by Chart.js as in the HTML report; only while they are seen.

import { byId, element, setText } from './dom.js';
import { isAnything, lineOf, optionsOf, pointsOf, setEnd, timeAxis } from './drawing.js';
import { ms, short } from './format.js';
import { loadLibrary } from './library.js';

/** A chart is at least this long, in s: the first points do not stretch over all of it. */
const leastS = 10;
/** Of an axis of values, in px: the area does not move when numbers get longer. */
const axisWidth = (isPair) => (isPair && innerWidth < 640 ? 48 : 66);

export class Charts {
  constructor() {
    this.data = null;
    this.figures = [];
    this.isShown = false;
    document.addEventListener('themechange', () => this.drawAgain());
  }

  /** Without Chart.js there is a note in place of the charts. */
  setAvailable(isAvailable, note) {
    this.isAvailable = isAvailable;
    const text = note || 'There are no charts: Chart.js was not found. The other tabs have the numbers.';
    setText(byId('charts-note'), isAvailable ? '' : text);
    byId('charts-note').hidden = isAvailable;
    byId('charts').hidden = !isAvailable;
    this.update();
  }

  /** Replaces everything. */
  set(data) {
    const labels = (chart) => chart.series.map(({ label }) => label);
    const names = (value) => JSON.stringify(value?.charts.map((chart) => [chart.id, labels(chart)]));
    const isSame = names(this.data) === names(data);
    this.data = data;
    if (!isSame) this.build();
    this.update();
  }

  /** Takes one more point of every series, or one of the last ones anew. */
  add({ index, time, values }) {
    if (!this.data) return;
    const { times, charts } = this.data;
    const place = Math.min(index, times.length);
    times[place] = time;
    charts.forEach(({ series }, chart) => {
      series.forEach((one, line) => {
        one.values[place] = values[chart]?.[line] ?? null;
        // There is one limit for the whole run: the newest.
        if (one.limit) one.values.fill(one.values[place]);
      });
    });
    this.update();
  }

  show(isShown) {
    this.isShown = isShown;
    this.update();
  }

  build() {
    for (const { chart } of this.figures) chart?.destroy();
    this.figures = this.data.charts.map((data) => {
      const canvas = element('canvas', { id: `chart-${data.id}`, role: 'img', 'aria-label': data.title });
      const nothing = element('p', { className: 'nothing' }, data.nothing);
      const figure = element('figure', {},
        element('figcaption', {}, element('h3', {}, data.title), element('p', {}, data.about)),
        element('div', { className: 'canvas' }, canvas, nothing));
      return { id: data.id, canvas, nothing, figure, chart: null };
    });
    byId('charts').replaceChildren(...this.figures.map(({ figure }) => figure));
  }

  async loadLibrary() {
    if (await loadLibrary()) this.update();
    else this.setAvailable(false, 'There are no charts: Chart.js could not be loaded. The other tabs have the numbers.');
  }

  update() {
    if (!this.isShown || !this.data || !this.isAvailable || document.hidden) return;
    if (!window.Chart) {
      this.loadLibrary();
      return;
    }
    this.data.charts.forEach((data, index) => this.draw(this.figures[index], data));
  }

  drawAgain() {
    for (const figure of this.figures) {
      figure.chart?.destroy();
      figure.chart = null;
    }
    this.update();
  }

  draw(figure, data) {
    const hasSome = data.series.some(isAnything);
    figure.nothing.hidden = hasSome;
    figure.canvas.hidden = !hasSome;
    if (!hasSome) return;
    const { times } = this.data;
    const endS = Math.max(leastS, times.at(-1) ?? 0);
    if (figure.chart) {
      figure.chart.data.datasets.forEach((dataset, place) => Object.assign(dataset, pointsOf(data.series[place], times)));
      setEnd(figure.chart.options.scales.x, endS);
    } else {
      figure.chart = new window.Chart(figure.canvas, {
        type: 'line',
        data: { datasets: data.series.map((series) => lineOf(series, times)) },
        options: optionsOf(data, timeAxis(() => this.data.times.at(-1) ?? 0, endS), axisWidth),
      });
    }
    figure.chart.update('none');
    figure.canvas.setAttribute('aria-label', Charts.description(data));
  }

  /** The chart for those who cannot see it. */
  static description({ title, about, series }) {
    const peaks = series.filter(({ limit }) => !limit).map(({ label, unit, values }) => {
      const known = values.filter((value) => value != null);
      const [peak, last] = [known.reduce((a, b) => Math.max(a, b), 0), known.at(-1) ?? 0];
      const text = unit === 'ms' ? ms : short;
      return `${label} ${text(last)}, at most ${text(peak)}`;
    });
    return `Line chart. ${title}: ${about} ${peaks.join('; ')}.`;
  }
}
