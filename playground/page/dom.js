// Builds DOM nodes and patches a live tree to match a new one, so that a refresh never loses focus or typed text.

/** Creates an element. `on*` props become listeners, text children become text nodes: data never reaches innerHTML. */
export function h(tag, props, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) listen(el, name.slice(2).toLowerCase(), value);
    else if (name === "read") el.__read = value;
    else if (name === "value") {
      el.__initial = value;
      el.value = value;
      if (el.tagName === "INPUT") el.setAttribute("value", value);
    }
    else if (name === "checked" || name === "selected") { el[name] = true; el.setAttribute(name, ""); }
    else if (name === "style") el.style.cssText = value;
    else el.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    el.append(child);
  }
  return el;
}

// One dispatcher per element and event; patching swaps the function in the table, not the listener.
function listen(el, type, fn) {
  el.__on = el.__on || {};
  if (!(type in el.__on)) el.addEventListener(type, (event) => el.__on[type]?.(event));
  el.__on[type] = fn;
}

function keyOf(node) {
  return node.nodeType === 1 ? node.getAttribute("data-key") : null;
}

function alike(a, b) {
  return a.nodeType === b.nodeType && a.nodeName === b.nodeName && keyOf(a) === keyOf(b) && a.type === b.type;
}

/** Makes `old` look like `fresh`. Values a person may have changed (inputs, open details) are left alone. */
export function patch(old, fresh) {
  if (old.nodeType === 3) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  for (const type of Object.keys(fresh.__on || {})) listen(old, type, fresh.__on[type]);
  for (const type of Object.keys(old.__on || {})) if (!fresh.__on?.[type]) old.__on[type] = undefined;
  if (fresh.__read) old.__read = fresh.__read;
  if (old.hasAttribute("data-own")) return; // what fills itself, such as the suggestions
  patchAttributes(old, fresh);
  if (old.tagName === "TEXTAREA") return;
  patchChildren(old, fresh);
}

const KEPT = new Set(["value", "checked", "selected", "open"]);

function patchAttributes(old, fresh) {
  for (const { name, value } of [...fresh.attributes]) {
    if (!KEPT.has(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    if (!KEPT.has(name) && !fresh.hasAttribute(name)) old.removeAttribute(name);
  }
}

function patchChildren(old, fresh) {
  const keyed = new Map();
  for (const child of old.childNodes) if (keyOf(child)) keyed.set(keyOf(child), child);
  let at = old.firstChild;
  for (const want of [...fresh.childNodes]) {
    const key = keyOf(want);
    let have = key ? keyed.get(key) : at;
    if (!key) while (have && keyOf(have)) have = have.nextSibling;
    if (have && alike(have, want)) {
      patch(have, want);
      if (have === at) at = at.nextSibling;
      else old.insertBefore(have, at);
    } else {
      old.insertBefore(want, at);
    }
    if (key) keyed.delete(key);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

/** Replaces the content of `root` by `nodes`, patching what is there. */
export function mount(root, ...nodes) {
  const fresh = root.cloneNode(false);
  fresh.append(...nodes.flat(Infinity).filter(Boolean));
  patchChildren(root, fresh);
}

export function announce(text) {
  document.getElementById("announce").textContent = text;
}
