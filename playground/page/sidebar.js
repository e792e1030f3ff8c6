// The sidebar (channels, direct messages, the app) and the top bar with the person switcher.
import { h } from "./dom.js";
import { go, store } from "./store.js";
import { avatar } from "./messages.js";
import { clock } from "./dates.js";
import { openMenu } from "./menu.js";

function closeDrawer() {
  if (!document.body.classList.contains("drawer")) return;
  document.body.classList.remove("drawer");
  document.querySelector(".burger")?.focus();
}

function openDrawer() {
  document.body.classList.add("drawer");
  document.querySelector(".sidebar .close")?.focus();
}

document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeDrawer(); });
document.addEventListener("pointerdown", (event) => { if (!event.target.closest(".sidebar, .burger")) closeDrawer(); });

function entry(channel, current) {
  const here = channel.id === current;
  const mark = { public: "#", private: "🔒", im: "●", mpim: "◍", app: "⌂" }[channel.type] || "#";
  const unread = channel.unread > 0 && !here;
  return h("button", {
    type: "button", class: `entry${here ? " here" : ""}${unread ? " unread" : ""}`, "data-channel": channel.id, "data-key": `c-${channel.id}`,
    "aria-current": here ? "page" : null, onclick: () => { closeDrawer(); go({ channel: channel.id }); },
  }, h("span", { class: "mark", "aria-hidden": "true" }, mark), h("span", { class: "entry-name" }, channel.name),
  unread && h(
    "span",
    { class: channel.mentions ? "count mentions" : "count", "aria-label": `${channel.unread} unread` },
    channel.mentions || channel.unread,
  ));
}

function group(title, channels, current) {
  return channels.length ? h(
    "section",
    { "data-key": `g-${title}` },
    h("h2", null, title),
    channels.map((c) => entry(c, current)),
  ) : null;
}

export function sidebar() {
  const { channels, conversation, app, team } = store.state;
  const current = store.where.channel || conversation?.id;
  const withApp = (c) => c.type === "app" || (c.type === "im" && c.with === app?.user);
  const shown = channels.filter((c) => c.type !== "app");
  return h("nav", { class: "sidebar", "aria-label": "Conversations" },
    h(
      "div",
      { class: "drawer-head" },
      h("strong", null, team.name),
      h("button", { type: "button", class: "tool close", "aria-label": "Close the menu", onclick: closeDrawer }, "✕"),
    ),
    group("Channels", shown.filter((c) => c.type === "public" || c.type === "private"), current),
    group("Direct messages", shown.filter((c) => ["im", "mpim"].includes(c.type) && !withApp(c)), current),
    group(
      app?.name || "App",
      [{ id: "home", name: "Home", type: "app" }, ...shown.filter(withApp).map((c) => ({ ...c, name: "Messages" }))],
      current,
    ));
}

function pick(event) {
  const { users, me } = store.state;
  openMenu(event.currentTarget, users.filter((u) => !u.is_bot && !u.deleted).map((u) => ({
    label: [
      avatar(u, u.real_name, "tiny"),
      ` ${u.real_name}${u.is_guest ? " (guest)" : ""}`,
      u.id === me.id && " ✓",
    ], hint: `${u.local_time} · ${u.tz_label || u.tz}`,
    attrs: { "data-person": u.id }, run: () => go({ as: u.id, channel: store.where.channel || null }),
  })));
}

function theme() {
  const dark = document.documentElement.dataset.theme ? document.documentElement.dataset.theme === "dark" : matchMedia(
    "(prefers-color-scheme: dark)",
  ).matches;
  document.documentElement.dataset.theme = dark ? "light" : "dark";
  try {
    localStorage.setItem("theme", document.documentElement.dataset.theme);
  } catch { /* private mode: the choice lasts for this page */ }
}

export function topbar() {
  const { me, users, now, team } = store.state;
  const viewer = users.find((u) => u.id === me.id) || me;
  return h("header", { class: "topbar" },
    h("button", { type: "button", class: "tool burger", "aria-label": "Open the menu", onclick: openDrawer }, "☰"),
    h(
      "strong",
      { class: "team" },
      h("span", { class: "logo", "aria-hidden": "true" }, team.name.slice(0, 1)),
      h("span", null, team.name),
    ),
    h("span", { class: "as" }, "See it as"),
    h("button", {
      type: "button",
      class: "switcher",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "aria-label": `See it as: ${viewer.real_name}`,
      onclick: pick,
    }, avatar(viewer, viewer.real_name, "small"),
      h(
        "span",
        null,
        h("strong", null, viewer.real_name),
        h("small", null, `${clock(new Date(now), viewer.tz || "UTC")} · ${viewer.tz_label || viewer.tz}`),
      ), h("span", { "aria-hidden": "true" }, "▾")),
    h("button", { type: "button", class: "tool", "aria-label": "Light or dark", onclick: theme }, "◐"));
}
