'use strict';
// Draws the charts of the page from the numbers that it carries.

(() => {
  const data = JSON.parse(document.getElementById('chart-data').textContent);
  const percentiles = [50, 90, 99, 99.9, 99.99, 99.999, 99.9999, 99.99999];
  const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400];
  const lastS = data.times.at(-1);
  const lineWidth = data.times.length > 200 ? 1.25 : 2;
  const mostTicks = innerWidth < 640 ? 5 : 9;
  const stepS = steps.find((step) => lastS / step <= mostTicks) ?? 604800;

  const digits = (value) => Number(value.toPrecision(3)).toLocaleString('en', { maximumFractionDigits: 4 });
  const formats = {
    count: (value) => value.toLocaleString('en'),
    rate: (value) => digits(value),
    ms: (value) => (value < 1000 ? `${digits(value)} ms` : `${digits(value / 1000)} s`),
  };
  const two = (value) => String(value).padStart(2, '0');
  const clock = (seconds) => {
    if (lastS < 120) return `${digits(seconds)} s`;
    const whole = Math.round(seconds);
    const minutes = Math.floor(whole / 60);
    return minutes < 60 || lastS < 3600
      ? `${minutes}:${two(whole % 60)}`
      : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
  };
  const percentile = (place) => {
    const share = 100 * (1 - 10 ** -place);
    return `${Number(share.toFixed(Math.max(1, Math.ceil(place))))} %`;
  };

  // Custom properties are not resolved until something uses them.
  const probe = document.body.appendChild(document.createElement('i'));
  probe.hidden = true;
  const color = (name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const faded = (value) => value.replace('rgb(', 'rgba(').replace(')', ', 0.18)');

  const points = (chart, series) => {
    const places = chart.tail ? data.tails : data.times;
    return series.values.map((y, index) => ({ x: places[index], y }));
  };
  // A value between two that are missing has no line to be seen by.
  const radius = ({ dataIndex, dataset }) => {
    const isMissing = (index) => dataset.data[index]?.y == null;
    return isMissing(dataIndex - 1) && isMissing(dataIndex + 1) ? 2.5 : 0;
  };

  const dataset = (chart, series) => {
    const line = color(series.color);
    return {
      label: series.label,
      data: points(chart, series),
      unit: series.unit,
      yAxisID: series.right ? 'right' : 'y',
      borderColor: line,
      backgroundColor: series.filled ? faded(line) : line,
      fill: series.filled ? 'origin' : false,
      borderWidth: lineWidth,
      borderDash: series.limit ? [6, 4] : [],
      borderJoinStyle: 'round',
      pointRadius: series.limit ? 0 : radius,
      pointHitRadius: 8,
      pointHoverRadius: series.limit ? 0 : 4,
    };
  };

  const tailAxis = () => ({
    type: 'linear',
    min: 0,
    max: data.tails.at(-1),
    afterBuildTicks: (axis) => {
      axis.ticks = percentiles.map((value) => ({ value: -Math.log10(1 - value / 100) }))
        .filter(({ value }) => value <= axis.max);
    },
    ticks: { color: color('muted'), callback: percentile, maxRotation: 0, autoSkipPadding: 8 },
    grid: { color: color('grid') },
  });
  const timeAxis = () => ({
    type: 'linear',
    min: 0,
    max: lastS,
    ticks: { color: color('muted'), callback: clock, stepSize: stepS, maxRotation: 0, includeBounds: false },
    grid: { color: color('grid') },
  });
  // Below the medians, not the very least: events that came together would take most of a logarithmic axis.
  const median = data.tails.findIndex((place) => place >= Math.log10(2));
  const leastOf = (all) => {
    const least = Math.min(...all.map((series) => series.values[median] || Infinity));
    return Number.isFinite(least) ? least / 2 : undefined;
  };
  // Of a logarithmic axis, the ticks that are easy to read and have room.
  const isPlain = (value, axis) => {
    const first = value / 10 ** Math.floor(Math.log10(value) + 1e-9);
    const plain = axis.max / axis.min > 1000 ? [1] : [1, 2, 5];
    return plain.includes(Math.round(first * 1e6) / 1e6);
  };
  const valueAxis = (chart, isRight) => {
    const own = chart.series.filter((series) => Boolean(series.right) === isRight);
    const isPair = chart.series.some((series) => series.right);
    return {
      type: chart.logarithmic ? 'logarithmic' : 'linear',
      position: isRight ? 'right' : 'left',
      beginAtZero: !chart.logarithmic,
      min: chart.tail ? leastOf(own) : undefined,
      grace: chart.logarithmic ? 0 : '5%',
      ticks: {
        color: color(isPair ? own[0].color : 'muted'),
        precision: own[0].unit === 'count' ? 0 : undefined,
        maxTicksLimit: 7,
        autoSkip: !chart.logarithmic,
        callback(value) {
          return chart.logarithmic && !isPlain(value, this) ? null : formats[own[0].unit](value);
        },
      },
      grid: { color: color('grid'), drawOnChartArea: !isRight },
    };
  };

  const options = (chart) => ({
    animation: false,
    maintainAspectRatio: false,
    interaction: { mode: 'index', axis: 'x', intersect: false },
    scales: {
      x: chart.tail ? tailAxis() : timeAxis(),
      y: valueAxis(chart, false),
      ...(chart.series.some((series) => series.right) && { right: valueAxis(chart, true) }),
    },
    plugins: {
      legend: {
        align: 'start',
        labels: { color: color('text'), usePointStyle: true, pointStyle: 'line', boxWidth: 24, padding: 12 },
      },
      tooltip: {
        callbacks: {
          title: ([item]) => (chart.tail ? percentile(item.parsed.x) : clock(item.parsed.x)),
          label: ({ dataset, parsed }) => ` ${dataset.label}: ${formats[dataset.unit](parsed.y)}`,
        },
      },
    },
  });

  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  Chart.defaults.font.size = 12;
  let drawn = [];
  const draw = () => {
    for (const chart of drawn) chart.destroy();
    drawn = data.charts.map((chart) => new Chart(`chart-${chart.id}`, {
      type: 'line',
      data: { datasets: chart.series.map((series) => dataset(chart, series)) },
      options: options(chart),
    }));
  };
  document.addEventListener('themechange', draw);
  draw();
})();
