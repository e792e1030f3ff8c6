// The strip at the bottom: the workspace's clock and the demo's controls, with what each would do next.
import { h } from "./dom.js";
import { control, dismiss, store, zone } from "./store.js";
import { clock, shortDay } from "./dates.js";

export function demobar() {
  const { controls, now, app } = store.state;
  const date = new Date(now);
  return h("aside", { class: "demobar", "aria-label": "Demo controls" },
    h(
      "span",
      { class: "clock" },
      h(
        "span",
        {
          class: app?.connected ? "dot on" : "dot",
          title: app?.connected ? "The bot is connected" : "The bot is not connected",
        },
      ),
      h("time", null, `${shortDay(date, zone())} · ${clock(date, zone())}`),
      h("small", null, store.state.me.tz_label || zone()),
    ),
    h("div", { class: "controls" }, (controls || []).map((c, index) => h("div", {
      class: "control",
      "data-key": `k-${c.id}`,
    },
      h(
        "button",
        {
          type: "button",
          class: index ? "button" : "button primary",
          "data-control": c.id,
          disabled: !c.enabled || Boolean(store.busy),
          "aria-busy": store.busy === c.id ? "true" : null,
          title: c.hint || null,
          onclick: () => control(c.id),
        },
        store.busy === c.id && h("span", { class: "spinner" }),
        c.label,
      ),
      c.hint && h("small", null, c.hint)))));
}

export function notices() {
  const own = store.notice ? [
    h(
      "div",
      { class: store.notice.bad ? "toast bad" : "toast", "data-key": "own" },
      h("span", null, store.notice.text),
      h("button", { type: "button", class: "tool", "aria-label": "Dismiss", onclick: dismiss }, "✕"),
    ),
  ] : [];
  return h(
    "div",
    { class: "toasts" },
    own,
    (store.state.toasts || []).map((t) => h(
      "div",
      { class: "toast bad", role: "alert", "data-key": `t-${t.id}` },
      t.text,
    )),
    store.offline && h("div", { class: "toast bad", "data-key": "off" }, "Connecting again…"),
  );
}
