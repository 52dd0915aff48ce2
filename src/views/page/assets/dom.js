/** @typedef {string | number | Node | null | undefined | false} Child */

/**
 * An element with attributes and children; text only ever becomes a text node, so no value is markup.
 * @param {string} tag
 * @param {Record<string, string | number | boolean | undefined>} [attributes]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    element.append(typeof child === 'number' ? String(child) : child);
  }
  return element;
}

/**
 * The same for SVG.
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {...Node} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/**
 * The element of an id that the document has.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the document has no #${id}`);
  return found;
}

/**
 * Sets a text, only when it differs: an unchanged one must not be announced again.
 * @param {Node} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

const focusable = 'a[href], button, input, summary, [tabindex]';

/**
 * Puts an element in the place of another; what was open stays open, and the focus stays where it was.
 * @param {HTMLElement} before
 * @param {HTMLElement} fresh
 */
function replace(before, fresh) {
  const place = [...before.querySelectorAll(focusable)].indexOf(
    /** @type {Element} */ (document.activeElement),
  );
  if (before instanceof HTMLDetailsElement && fresh instanceof HTMLDetailsElement) fresh.open = before.open;
  before.replaceWith(fresh);
  const again = fresh.querySelectorAll(focusable)[place];
  if (again instanceof HTMLElement) again.focus({ preventScroll: true });
}

/** @typedef {Map<string, { element: HTMLElement, json: string }>} Known */

/**
 * Keeps one element per key, in the order given; only what changed is made anew.
 * @template Item
 * @param {HTMLElement} parent
 * @param {Known} known
 * @param {readonly [key: string, item: Item][]} items
 * @param {(item: Item) => HTMLElement} make
 */
export function keepKeyed(parent, known, items, make) {
  const wanted = new Set(items.map(([key]) => key));
  for (const [key, { element }] of known) {
    if (wanted.has(key)) continue;
    element.remove();
    known.delete(key);
  }
  items.forEach(([key, item], place) => {
    const json = JSON.stringify(item);
    const before = known.get(key);
    let element = before?.element;
    if (!element || before?.json !== json) {
      const fresh = make(item);
      if (element) replace(element, fresh);
      element = fresh;
      known.set(key, { element, json });
    }
    if (parent.children[place] !== element) parent.insertBefore(element, parent.children[place] ?? null);
  });
}
