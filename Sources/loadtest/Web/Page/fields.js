// Fields with their messages.

import { byId, setText } from './dom.js';

/** Shows what is wrong with an input at the input, or that nothing is. */
export const showProblem = (input, message) => {
  setText(byId(`${input.id}-error`), message);
  if (message) input.setAttribute('aria-invalid', 'true');
  else input.removeAttribute('aria-invalid');
};

/** Checks inputs by their rules: a list of [input, rule].
 *
 * Gives the first input that is wrong. What is wrong is checked again while it is typed, until it is right.
 */
export const check = (rules) => {
  let first;
  for (const [input, rule] of rules) {
    const message = rule(input.value);
    showProblem(input, message);
    if (message) first ??= input;
  }
  return first;
};

/** Takes messages away as soon as they are no longer true. */
export const recheckWhileTyping = (input, rule) => {
  input.addEventListener('input', () => {
    if (input.hasAttribute('aria-invalid')) showProblem(input, rule(input.value));
  });
};

/** Shows a message that belongs to no field; nothing takes it away. */
export const showFormProblem = (box, message) => {
  box.hidden = !message;
  setText(box, message);
};
