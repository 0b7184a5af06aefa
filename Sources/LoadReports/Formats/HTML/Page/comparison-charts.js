// Draws the charts of a comparison, of which each line has places of its own.

import { lineOf, optionsOf, prepare, tailAxis, timeAxis } from './drawing.js';

const data = JSON.parse(document.getElementById('chart-data').textContent);
let drawn = [];
const draw = () => {
  for (const chart of drawn) chart.destroy();
  drawn = data.charts.map((chart) => new Chart(`chart-${chart.id}`, {
    type: 'line',
    data: { datasets: chart.series.map((series) => lineOf(series, series.places)) },
    options: optionsOf(chart, chart.tail ? tailAxis(data.tails) : timeAxis(() => data.last, data.last)),
  }));
};
prepare(Chart);
document.addEventListener('themechange', draw);
draw();
