// The charts, drawn by Chart.js as in the HTML report; only while they are seen.

import { byId, element, setText } from './dom.js';
import { clock, count, ms, short } from './format.js';

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400];
/** A chart is at least this long, in s: the first points do not stretch over all of it. */
const leastS = 10;
/** Of an axis of values, in px: the area does not move when numbers get longer. */
const axisWidth = (isPair) => (isPair && innerWidth < 640 ? 48 : 66);
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 2 });

const formats = {
  count,
  rate: short,
  ms: (value) => (value < 1000 ? `${short(value)} ms` : `${short(value / 1000)} s`),
};
const nothings = {
  throughput: 'No turn has ended yet.',
  load: 'No users yet.',
  ttft: 'No turn has had a first token yet.',
  response_time: 'No turn has been completed yet.',
  stalls: 'No answer has stalled.',
  failures: 'No turn has failed.',
  canary: 'No canary tick was read yet.',
};

// Custom properties are not resolved until something uses them.
const probe = element('i', { hidden: true });
const color = (name) => {
  if (!probe.isConnected) document.body.append(probe);
  probe.style.color = `var(--${name})`;
  return getComputedStyle(probe).color;
};
const faded = (value) => value.replace('rgb(', 'rgba(').replace(')', ', 0.18)');

/** Whether there is anything to see: a time, or a number over 0. */
const isAnything = (series) =>
  !series.limit && series.values.some((value) => value != null && (series.unit === 'ms' || value > 0));

// A value between two that are missing has no line to be seen by.
const isAlone = (values, index) => values[index] != null && values[index - 1] == null && values[index + 1] == null;
const alone = ({ dataIndex: index, dataset: { data } }) =>
  (data[index - 1]?.y == null && data[index + 1]?.y == null ? 2.5 : 0);

export class Charts {
  constructor() {
    this.data = null;
    this.figures = [];
    this.isShown = false;
    this.library = null;
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
      const nothing = element('p', { className: 'nothing' }, nothings[data.id] ?? 'Nothing yet.');
      const figure = element('figure', {},
        element('figcaption', {}, element('h3', {}, data.title), element('p', {}, data.about)),
        element('div', { className: 'canvas' }, canvas, nothing));
      return { id: data.id, canvas, nothing, figure, chart: null };
    });
    byId('charts').replaceChildren(...this.figures.map(({ figure }) => figure));
  }

  async loadLibrary() {
    const script = element('script', { src: 'assets/chart.js' });
    this.library = new Promise((resolve) => {
      script.addEventListener('load', () => resolve(true));
      script.addEventListener('error', () => resolve(false));
    });
    document.head.append(script);
    const isThere = await this.library;
    if (!isThere || !window.Chart) {
      this.setAvailable(false, 'There are no charts: Chart.js could not be loaded. The other tabs have the numbers.');
      return;
    }
    window.Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    window.Chart.defaults.font.size = 12;
    this.update();
  }

  update() {
    if (!this.isShown || !this.data || !this.isAvailable || document.hidden) return;
    if (!window.Chart) {
      if (!this.library) this.loadLibrary();
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
    const datasets = data.series.map((series) => this.points(series));
    if (figure.chart) {
      figure.chart.data.datasets.forEach((dataset, place) => { Object.assign(dataset, datasets[place]); });
      this.setTimes(figure.chart.options.scales.x);
    } else {
      figure.chart = new window.Chart(figure.canvas, {
        type: 'line',
        data: { datasets: data.series.map((series, place) => ({ ...this.style(series), ...datasets[place] })) },
        options: this.chartOptions(data),
      });
    }
    figure.chart.update('none');
    figure.canvas.setAttribute('aria-label', Charts.description(data));
  }

  /** What changes with every point. */
  points(series) {
    return {
      data: this.data.times.map((x, index) => ({ x, y: series.values[index] ?? null })),
      borderWidth: this.data.times.length > 200 ? 1.25 : 2,
      // One radius for all points where it will do: a function is called for each.
      pointRadius: !series.limit && series.values.some((_, index) => isAlone(series.values, index)) ? alone : 0,
    };
  }

  style(series) {
    const line = color(series.color);
    return {
      label: series.label,
      unit: series.unit,
      yAxisID: series.right ? 'right' : 'y',
      borderColor: line,
      backgroundColor: series.filled ? faded(line) : line,
      fill: series.filled ? 'origin' : false,
      borderDash: series.limit ? [6, 4] : [],
      borderJoinStyle: 'round',
      pointHitRadius: 8,
      pointHoverRadius: series.limit ? 0 : 4,
    };
  }

  setTimes(axis) {
    const lastS = Math.max(leastS, this.data.times.at(-1) ?? 0);
    const mostTicks = innerWidth < 640 ? 5 : 9;
    axis.max = lastS;
    const step = steps.find((candidate) => lastS / candidate <= mostTicks) ?? 604800;
    // Not by Chart.js: where the end is near a whole step it stretches all steps.
    axis.afterBuildTicks = (built) => {
      built.ticks = Array.from({ length: Math.floor(lastS / step) + 1 }, (_, index) => ({ value: index * step }));
    };
    return axis;
  }

  chartOptions(data) {
    const lastS = () => this.data.times.at(-1) ?? 0;
    const time = (value) => (lastS() < 120 ? `${short(value)} s` : clock(Math.round(value)));
    const isLogarithmic = data.logarithmic ?? data.id === 'canary';
    const value = (isRight) => {
      const own = data.series.filter((series) => Boolean(series.right) === isRight);
      const isPair = data.series.some((series) => series.right);
      const format = formats[own[0]?.unit] ?? formats.rate;
      const tick = (number) => (own[0]?.unit !== 'ms' && number >= 1e5 ? compact.format(number) : format(number));
      return {
        type: isLogarithmic ? 'logarithmic' : 'linear',
        position: isRight ? 'right' : 'left',
        beginAtZero: !isLogarithmic,
        grace: isLogarithmic ? 0 : '5%',
        afterFit: (axis) => { axis.width = axisWidth(isPair); },
        ticks: {
          color: color(isPair && own.length === 1 ? own[0].color : 'muted'),
          precision: own[0]?.unit === 'count' ? 0 : undefined,
          maxTicksLimit: 7,
          autoSkip: !isLogarithmic,
          callback(number) { return isLogarithmic && !Charts.isPlain(number, this) ? null : tick(number); },
        },
        grid: { color: color('grid'), drawOnChartArea: !isRight },
      };
    };
    return {
      animation: false,
      parsing: false,
      normalized: true,
      maintainAspectRatio: false,
      interaction: { mode: 'index', axis: 'x', intersect: false },
      scales: {
        x: this.setTimes({
          type: 'linear',
          min: 0,
          ticks: { color: color('muted'), callback: time, maxRotation: 0 },
          grid: { color: color('grid') },
        }),
        y: value(false),
        ...(data.series.some((series) => series.right) && { right: value(true) }),
      },
      plugins: {
        legend: {
          align: 'start',
          labels: { color: color('text'), usePointStyle: true, pointStyle: 'line', boxWidth: 24, padding: 12 },
        },
        tooltip: {
          animation: false,
          callbacks: {
            title: ([item]) => time(item.parsed.x),
            label: ({ dataset, parsed }) => ` ${dataset.label}: ${(formats[dataset.unit] ?? formats.rate)(parsed.y)}`,
          },
        },
      },
    };
  }

  /** Of a logarithmic axis, the ticks that are easy to read and have room. */
  static isPlain(value, axis) {
    const first = value / 10 ** Math.floor(Math.log10(value) + 1e-9);
    const plain = axis.max / axis.min > 1000 ? [1] : [1, 2, 5];
    return plain.includes(Math.round(first * 1e6) / 1e6);
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
