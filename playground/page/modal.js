// The viewer's open modals: the whole stack stays in the page, so that typed text survives a pushed view, an error and an update.
import { h } from "./dom.js";
import { blocks } from "./blocks.js";
import { collect } from "./elements.js";
import { plain } from "./mrkdwn.js";
import { act, redraw, store } from "./store.js";

const busy = new Set();
const problems = new Map();
let returnTo = null;

// What Slack's own client checks before it sends a view.
function missing(view, state) {
  const errors = {};
  for (const block of view.blocks.filter((b) => b.type === "input")) {
    const { type, ...rest } = state[block.block_id]?.[block.element.action_id] || {};
    const value = Object.values(rest)[0];
    const empty = value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length);
    const wrong = empty ? !block.optional && "Please complete this required field." : unfit(block.element, value);
    if (wrong) errors[block.block_id] = wrong;
  }
  return errors;
}

function unfit(element, value) {
  switch (element.type) {
    case "plain_text_input":
      return value.length < (element.min_length || 0) && `Please use at least ${element.min_length} characters.`;
    case "email_text_input":
      return !/^\S+@\S+\.\S+$/.test(value) && "Please enter a valid email address.";
    case "url_text_input":
      return !/^https?:\/\/\S+$/i.test(value) && "Please enter a valid URL.";
    case "number_input":
      return unfitNumber(element, Number(value));
    default: {
      const most = element.max_selected_items;
      return most && value.length > most && `Please choose at most ${most}.`;
    }
  }
}

function unfitNumber(element, number) {
  if (Number.isNaN(number)) return "Please enter a number.";
  if (!element.is_decimal_allowed && !Number.isInteger(number)) return "Please enter a whole number.";
  if (number < Number(element.min_value ?? -Infinity)) return `Please enter a number of at least ${element.min_value}.`;
  return number > Number(element.max_value ?? Infinity) && `Please enter a number of at most ${element.max_value}.`;
}

async function submit(view, dialog) {
  if (busy.has(view.id)) return;
  const state = collect(dialog.querySelector("[data-container]"));
  const errors = missing(view, state);
  problems.set(view.id, { errors });
  if (!Object.keys(errors).length) {
    busy.add(view.id);
    redraw();
    const answer = await act("submit", { view_id: view.id, state }, true);
    busy.delete(view.id);
    const failed = answer.outcome === "failed" || (!answer.ok && !answer.errors);
    if (failed) problems.set(view.id, { failed: answer.error || "We had some trouble connecting. Try again?" });
    else problems.set(view.id, { errors: answer.errors || {} });
  }
  redraw();
  document.querySelector(".modal:not([hidden]) .field.bad :is(input, textarea, select)")?.focus();
}

function trap(event, view) {
  if (event.key === "Escape") { event.preventDefault(); act("close_view", { view_id: view.id }); return; }
  if (event.key !== "Tab") return;
  const stops = [
    ...event.currentTarget.querySelectorAll("a[href],button,input,select,textarea,[tabindex='0']"),
  ].filter((el) => !el.disabled && el.offsetParent);
  const edge = event.shiftKey ? stops[0] : stops.at(-1);
  if (document.activeElement === edge) { event.preventDefault(); (event.shiftKey ? stops.at(-1) : stops[0])?.focus(); }
}

function dialog(view, top) {
  const problem = problems.get(view.id) || {};
  const title = view.title?.text || "";
  const hasInput = view.blocks.some((block) => block.type === "input");
  const props = {
    class: "modal",
    role: "dialog",
    "aria-modal": "true",
    "aria-label": title,
    "data-view": view.id,
    "data-key": `v-${view.id}`,
    hidden: !top,
    novalidate: true,
    onkeydown: (event) => trap(event, view),
    onsubmit: (event) => {
      event.preventDefault();
      submit(view, event.currentTarget);
    },
  };
  return h("form", props,
  h(
    "header",
    null,
    h("h2", null, plain(title)),
    h(
      "button",
      { type: "button", class: "tool", "aria-label": "Close", onclick: () => act("close_view", { view_id: view.id }) },
      "✕",
    ),
  ),
  h(
    "div",
    { class: "modal-body blocks", "data-container": true },
    blocks(view.blocks, { container: { type: "view", view_id: view.id }, keep: view.id, errors: problem.errors }),
  ),
  h("footer", null, problem.failed && h("p", { class: "error", role: "alert" }, problem.failed),
    h(
      "button",
      { type: "button", class: "button", onclick: () => act("close_view", { view_id: view.id }) },
      plain(view.close?.text || (hasInput ? "Cancel" : "Close")),
    ),
    (view.submit || hasInput) && h(
      "button",
      {
        type: "submit",
        class: "button primary",
        disabled: busy.has(view.id),
        "aria-busy": busy.has(view.id) ? "true" : null,
      },
      busy.has(view.id) && h("span", { class: "spinner" }),
      plain(view.submit?.text || "Submit"),
    )));
}

/** The layer with the open modals, or nothing. */
export function modals() {
  const stack = store.state.modal || [];
  if (!stack.length) return [];
  return [
    h(
      "div",
      { class: "backdrop", "data-key": "modals" },
      stack.map((view, index) => dialog(view, index === stack.length - 1)),
    ),
  ];
}

/** After a render: moves focus into a modal that has just appeared, and back when the last one is gone. */
export function settleFocus() {
  const top = document.querySelector(".modal:not([hidden])");
  document.getElementById("app").inert = Boolean(top);
  if (top && !top.contains(document.activeElement) && !document.querySelector("dialog[open], .menu")) {
    returnTo = returnTo || document.activeElement;
    (top.querySelector("[autofocus]") || top.querySelector(
      ".modal-body input, .modal-body textarea, .modal-body select",
    ) || top.querySelector("footer button:last-child"))?.focus();
  } else if (!top && returnTo) {
    if (returnTo.isConnected) returnTo.focus();
    returnTo = null;
  }
}
