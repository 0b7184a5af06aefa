// The load that stages come to, over time; nothing where there is no Chart.js, or nothing to draw.

import { byId } from './dom.js';
import { lineOf, optionsOf, timeAxis } from './drawing.js';
import { clock, short } from './format.js';
import { loadLibrary } from './library.js';
import { isOfRates, stagesOf, stagesProblem } from './rules.js';

let isAvailable = false;
let chart;
let text = '';
let first = 0;

export const setPreviewAvailable = (value) => {
  isAvailable = value;
  drawPreview(text, first);
};

/** Draws the stages, or hides the chart where they are wrong; `start` is what there is at the start. */
export const drawPreview = async (stages, start) => {
  [text, first] = [stages, start];
  chart?.destroy();
  chart = undefined;
  byId('stages-chart').hidden = !isAvailable || Boolean(stagesProblem(stages));
  // Where it is not seen it has no size either.
  if (byId('stages-chart').hidden || !byId('stages-chart').checkVisibility()) return;
  if (!await loadLibrary()) {
    setPreviewAvailable(false);
    return;
  }
  // Another one may have been drawn meanwhile.
  if (text !== stages || first !== start || chart) return;
  const [times, values] = [[0], [start]];
  for (const [seconds, target] of stagesOf(stages)) {
    times.push(times.at(-1) + seconds);
    values.push(target);
  }
  const series = {
    label: isOfRates(stages) ? 'Arrivals/s' : 'Users', unit: isOfRates(stages) ? 'rate' : 'count', color: 'c1', filled: true,
    values,
  };
  const canvas = byId('chart-preview');
  chart = new window.Chart(canvas, {
    type: 'line',
    data: { datasets: [lineOf(series, times)] },
    options: optionsOf({ series: [series] }, timeAxis(() => times.at(-1), times.at(-1))),
  });
  const parts = times.map((time, index) => `${short(values[index])} at ${clock(time)}`);
  canvas.setAttribute('aria-label', `Line chart. ${series.label} over time: ${parts.join(', ')}.`);
};

document.addEventListener('themechange', () => drawPreview(text, first));
