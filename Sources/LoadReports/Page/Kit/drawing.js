// How charts are drawn by Chart.js: the same lines, axes and words on the page of a run and in its report.

import { clock, count, short } from './format.js';

const steps = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400,
];
const percentiles = [50, 90, 99, 99.9, 99.99, 99.999, 99.9999, 99.99999];
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 2 });
const formats = {
  count,
  rate: short,
  ms: (value) => (value < 1000 ? `${short(value)} ms` : `${short(value / 1000)} s`),
};
const formatOf = (unit) => formats[unit] ?? formats.rate;

// Custom properties are not resolved until something uses them.
const probe = document.createElement('i');
probe.hidden = true;
const color = (name) => {
  if (!probe.isConnected) document.body.append(probe);
  probe.style.color = `var(--${name})`;
  return getComputedStyle(probe).color;
};
const faded = (value) => value.replace('rgb(', 'rgba(').replace(')', ', 0.18)');

/** Gives Chart.js the letters of the page. */
export const prepare = (library) => {
  library.defaults.font.family = getComputedStyle(document.body).fontFamily;
  library.defaults.font.size = 12;
};

/** Whether there is anything to see: a time, or a number over 0. */
export const isAnything = (series) =>
  !series.limit && series.values.some((value) => value != null && (series.unit === 'ms' || value > 0));

// A value between two that are missing has no line to be seen by.
const isAlone = (values, index) => values[index] != null && values[index - 1] == null && values[index + 1] == null;
const alone = ({ dataIndex: index, dataset: { data } }) =>
  (data[index - 1]?.y == null && data[index + 1]?.y == null ? 2.5 : 0);

/** What changes of a line with every point. */
export const pointsOf = (series, places) => ({
  data: places.map((x, index) => ({ x, y: series.values[index] ?? null })),
  borderWidth: places.length > 200 ? 1.25 : 2,
  // One radius for all points where it will do: a function is called for each.
  pointRadius: !series.limit && series.values.some((_, index) => isAlone(series.values, index)) ? alone : 0,
});

/** A line: its looks, and its points. */
export const lineOf = (series, places) => {
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
    ...pointsOf(series, places),
  };
};

/** Makes an axis of time end somewhere, in s, and gives it steps that are easy to read. */
export const setEnd = (axis, endS) => {
  axis.max = endS;
  const step = steps.find((candidate) => endS / candidate <= (innerWidth < 640 ? 5 : 9)) ?? 604800;
  // Not by Chart.js: where the end is near a whole step it stretches all steps.
  axis.afterBuildTicks = (built) => {
    built.ticks = Array.from({ length: Math.floor(endS / step + 1e-9) + 1 }, (_, index) => ({ value: index * step }));
  };
  return axis;
};

const axisOf = (text, more) => ({
  text,
  scale: {
    type: 'linear', min: 0, ticks: { color: color('muted'), callback: text, maxRotation: 0 }, grid: { color: color('grid') },
    ...more,
  },
});

/** An axis of time; `lastS` says where the newest point is. */
export const timeAxis = (lastS, endS) => {
  const axis = axisOf((value) => (lastS() < 120 ? `${short(value)} s` : clock(Math.round(value))));
  setEnd(axis.scale, endS);
  return axis;
};

/** An axis of a load: users, or arrivals a second. */
export const loadAxis = (most) => axisOf((value) => short(value), { max: most });

/** An axis of percentiles, in powers of ten of what is beyond them. */
export const tailAxis = (tails) => {
  const text = (place) => {
    const share = 100 * (1 - 10 ** -place);
    return `${Number(share.toFixed(Math.max(1, Math.ceil(place))))} %`;
  };
  const axis = axisOf(text, {
    max: tails.at(-1),
    afterBuildTicks: (built) => {
      built.ticks = percentiles.map((value) => ({ value: -Math.log10(1 - value / 100) }))
        .filter(({ value }) => value <= built.max);
    },
  });
  axis.scale.ticks.autoSkipPadding = 8;
  // Below the medians, not the very least: events that came together would take most of a logarithmic axis.
  const median = tails.findIndex((place) => place >= Math.log10(2));
  axis.least = (all) => {
    const least = Math.min(...all.map((series) => series.values[median] || Infinity));
    return Number.isFinite(least) ? least / 2 : undefined;
  };
  return axis;
};

// Of a logarithmic axis, the ticks that are easy to read and have room.
const isPlain = (value, axis) => {
  const first = value / 10 ** Math.floor(Math.log10(value) + 1e-9);
  const plain = axis.max / axis.min > 1000 ? [1] : [1, 2, 5];
  return plain.includes(Math.round(first * 1e6) / 1e6);
};

const valueAxis = (chart, isRight, least, width) => {
  const own = chart.series.filter((series) => Boolean(series.right) === isRight);
  const isPair = chart.series.some((series) => series.right);
  const [isLogarithmic, unit] = [chart.logarithmic, own[0]?.unit];
  const tick = (value) => (unit !== 'ms' && value >= 1e5 ? compact.format(value) : formatOf(unit)(value));
  return {
    type: isLogarithmic ? 'logarithmic' : 'linear',
    position: isRight ? 'right' : 'left',
    beginAtZero: !isLogarithmic,
    min: least?.(own),
    grace: isLogarithmic ? 0 : '5%',
    ...(width && { afterFit: (axis) => { axis.width = width(isPair); } }),
    ticks: {
      color: color(isPair && own.length === 1 ? own[0].color : 'muted'),
      precision: unit === 'count' ? 0 : undefined,
      maxTicksLimit: 7,
      autoSkip: !isLogarithmic,
      callback(value) { return isLogarithmic && !isPlain(value, this) ? null : tick(value); },
    },
    grid: { color: color('grid'), drawOnChartArea: !isRight },
  };
};

/** The options of a chart with such a horizontal axis; `width` fixes that of its vertical ones, in px. */
export const optionsOf = (chart, { text, scale, least }, width) => ({
  animation: false,
  parsing: false,
  normalized: true,
  maintainAspectRatio: false,
  interaction: { mode: 'index', axis: 'x', intersect: false },
  scales: {
    x: scale,
    y: valueAxis(chart, false, least, width),
    ...(chart.series.some((series) => series.right) && { right: valueAxis(chart, true, least, width) }),
  },
  plugins: {
    legend: {
      align: 'start',
      labels: { color: color('text'), usePointStyle: true, pointStyle: 'line', boxWidth: 24, padding: 12 },
    },
    tooltip: {
      animation: false,
      callbacks: {
        title: ([item]) => text(item.parsed.x),
        label: ({ dataset, parsed }) => ` ${dataset.label}: ${formatOf(dataset.unit)(parsed.y)}`,
      },
    },
  },
});
