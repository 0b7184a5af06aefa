// Draws the charts of the report from the numbers that it carries.

import { lineOf, optionsOf, prepare, tailAxis, timeAxis } from './drawing.js';

const data = JSON.parse(document.getElementById('chart-data').textContent);
const lastS = data.times.at(-1);
let drawn = [];
const draw = () => {
  for (const chart of drawn) chart.destroy();
  drawn = data.charts.map((chart) => new Chart(`chart-${chart.id}`, {
    type: 'line',
    data: { datasets: chart.series.map((series) => lineOf(series, chart.tail ? data.tails : data.times)) },
    options: optionsOf(chart, chart.tail ? tailAxis(data.tails) : timeAxis(() => lastS, lastS)),
  }));
};
prepare(Chart);
document.addEventListener('themechange', draw);
draw();
