// The lines of the log.

import { byId, element } from './dom.js';
import { moment } from './format.js';

/** So many lines stay on the page. */
const most = 2000;

export const addLines = ({ lines, replaces }) => {
  const [box, list] = [byId('log-box'), byId('log')];
  const isAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 40;
  const items = lines.slice(-most).map(({ time, text }) =>
    element('li', {}, element('time', { dateTime: time }, moment(time)), element('span', {}, text)));
  if (replaces) list.replaceChildren(...items);
  else list.append(...items);
  while (list.childElementCount > most) list.firstElementChild.remove();
  byId('log-nothing').hidden = list.childElementCount > 0;
  if (isAtEnd) box.scrollTop = box.scrollHeight;
};
