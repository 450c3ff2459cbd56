// Small helpers around the DOM. Data becomes text nodes only; nothing here ever parses markup.

/** An element with properties, attributes (`data-`, `aria-`, `role`…) and children (nodes, strings, null). */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name in node && !name.includes("-")) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** Set the text only when it differs, so that selections and screen readers are left in peace. */
export function setText(node, text) {
  const wanted = text === null || text === undefined ? "" : String(text);
  if (node.textContent !== wanted) node.textContent = wanted;
}

/** Replace the children only when `key` differs from that of the last time. */
export function fill(node, key, make) {
  const wanted = JSON.stringify(key === undefined ? null : key);
  if (node.dataset.key === wanted) return;
  node.dataset.key = wanted;
  node.replaceChildren(...make());
}

const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** Text in which nothing hides: control characters and those that turn the writing direction become escapes. */
export function visible(text) {
  return String(text ?? "").replace(/\r\n/g, "\n").replace(HIDDEN, (c) => `\\u${c.codePointAt(0).toString(16).padStart(4, "0")}`);
}

export const byId = (id) => document.getElementById(id);
