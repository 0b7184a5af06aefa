// Chart.js, as the system has it: loaded when a chart is to be seen for the first time.

import { element } from './dom.js';
import { prepare } from './drawing.js';

let loading;

/** Gives whether it is there. */
export const loadLibrary = () => {
  loading ??= new Promise((resolve) => {
    const script = element('script', { src: 'assets/chart.js' });
    script.addEventListener('load', () => {
      if (window.Chart) prepare(window.Chart);
      resolve(Boolean(window.Chart));
    });
    script.addEventListener('error', () => resolve(false));
    document.head.append(script);
  });
  return loading;
};
