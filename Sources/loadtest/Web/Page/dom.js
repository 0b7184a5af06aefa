// Small helpers for elements. Texts of servers and files become text only, never markup.

export const byId = (id) => document.getElementById(id);

/** A new element with properties, attributes (where the name has a dash, or is role) and children. */
export const element = (tag, properties = {}, ...children) => {
  const result = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes('-') || name === 'role') result.setAttribute(name, value);
    else result[name] = value;
  }
  result.append(...children);
  return result;
};

/** Sets a text where it differs: what is selected or read aloud stays in peace. */
export const setText = (target, text) => {
  const node = target.firstChild;
  if (node?.nodeType === Node.TEXT_NODE && !node.nextSibling) {
    if (node.data !== text) node.data = text;
  } else if (target.textContent !== text) {
    target.textContent = text;
  }
};

/** A name that may be broken behind its underscores; everything else is kept. */
export const setName = (target, name) => {
  if (target.textContent === name && target.firstChild) return;
  target.replaceChildren();
  name.split(/(?<=_)/).forEach((part, index) => {
    if (index > 0) target.append(document.createElement('wbr'));
    target.append(part);
  });
};

/** Sets an attribute where it differs; null takes it away. */
export const setAttribute = (target, name, value) => {
  if (value == null) target.removeAttribute(name);
  else if (target.getAttribute(name) !== String(value)) target.setAttribute(name, value);
};

/** Puts children in an order, and moves only those that are elsewhere. */
export const arrange = (parent, children) => {
  let place = parent.firstChild;
  for (const child of children) {
    if (child === place) place = place.nextSibling;
    else parent.insertBefore(child, place);
  }
};
