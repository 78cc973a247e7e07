// Elements made without markup: every text goes in as text, so nothing that comes from outside can become an element.

const SVG = "http://www.w3.org/2000/svg";

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const h = (tag, attributes, ...children) => filled(document.createElement(tag), attributes, children);
export const s = (tag, attributes, ...children) => filled(document.createElementNS(SVG, tag), attributes, children);
export const byId = (id) => document.getElementById(id);

// Replace the content of an element, unless it is the same: a screen reader must not read again what has not changed.
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// What is remembered on this machine; a browser that forbids it forgets, and the page goes on.
export function remembered(name, fallback) {
  try {
    return localStorage.getItem(`laneblock ${name}`) ?? fallback;
  } catch {
    return fallback;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(`laneblock ${name}`, value);
  } catch {
    // private mode: nothing is kept
  }
}
