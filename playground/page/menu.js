// A pop-up menu with arrow keys, Esc and a return of focus; used by ⋯ on messages, overflow elements and the person switcher.
import { h } from "./dom.js";

let shown = null;

export function closeMenu(refocus = true) {
  if (!shown) return;
  const { menu, anchor } = shown;
  shown = null;
  menu.remove();
  anchor.setAttribute("aria-expanded", "false");
  if (refocus) anchor.focus();
}

function move(menu, step) {
  const items = [...menu.querySelectorAll("[role=menuitem]")];
  const at = items.indexOf(document.activeElement);
  items[(at + step + items.length) % items.length]?.focus();
}

function keys(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) { event.preventDefault(); move(event.currentTarget, step); }
  else if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    closeMenu();
  }
}

/** Opens a menu beside `anchor`. Items: {label, hint?, run(anchor), attrs?}. */
export function openMenu(anchor, items) {
  if (shown?.anchor === anchor) { closeMenu(); return; }
  closeMenu(false);
  const menu = h("div", { class: "menu", role: "menu", onkeydown: keys }, items.map((item) =>
    h(
      "button",
      { type: "button", role: "menuitem", ...item.attrs, onclick: () => { closeMenu(); item.run(anchor); } },
      h("span", { class: "menu-label" }, item.label),
      item.hint && h("small", null, item.hint),
    )));
  const host = anchor.closest("dialog") || document.body;
  host.append(menu);
  anchor.setAttribute("aria-expanded", "true");
  const box = anchor.getBoundingClientRect();
  const below = box.bottom + menu.offsetHeight + 8 < innerHeight;
  menu.style.top = `${Math.max(8, below ? box.bottom + 4 : box.top - menu.offsetHeight - 4)}px`;
  menu.style.left = `${Math.max(8, Math.min(box.left, innerWidth - menu.offsetWidth - 8))}px`;
  shown = { menu, anchor };
  menu.querySelector("[role=menuitem]")?.focus();
}

document.addEventListener("pointerdown", (event) => {
  if (shown && !shown.menu.contains(event.target) && !shown.anchor.contains(event.target)) closeMenu(false);
});
