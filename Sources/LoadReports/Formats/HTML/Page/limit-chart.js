// Draws the chart of a search of the limit from the numbers that its page carries.

import { lineOf, loadAxis, optionsOf, prepare } from './drawing.js';

const data = JSON.parse(document.getElementById('chart-data').textContent);
let drawn;
const draw = () => {
  drawn?.destroy();
  drawn = new Chart('chart-limit', {
    type: 'line',
    data: { datasets: data.series.map((series) => lineOf(series, data.loads)) },
    options: optionsOf(data, loadAxis(data.loads.at(-1))),
  });
};
prepare(Chart);
document.addEventListener('themechange', draw);
draw();
