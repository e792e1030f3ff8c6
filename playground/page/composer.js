// The box to write in: Enter sends, Shift+Enter breaks the line; `/`, `@` and `#` offer completions.
import { h } from "./dom.js";
import { act, go, notify, store } from "./store.js";

// Slack's own commands that a workspace needs; the app's come with the state.
const BUILT_IN = [
  { command: "/invite", usage_hint: "@somebody", description: "Add a person or an app to this channel" },
  { command: "/leave", description: "Leave this channel" },
];
const drafts = new Map();

function offers(text, inThread) {
  const { commands, users, channels, groups = [] } = store.state;
  const slash = /^\/\S*$/.exec(text);
  if (slash && !inThread) return [...commands, ...BUILT_IN].filter((c) => c.command.startsWith(text)).map(
    (c) => ({
      insert: `${c.command} `,
      label: c.command,
      hint: [c.usage_hint, c.description].filter(Boolean).join(" · "),
      from: 0,
    }),
  );
  const word = /(^|\s)([@#])([\p{L}\w.-]*)$/u.exec(text);
  if (!word) return [];
  const from = text.length - word[3].length - 1;
  const query = word[3].toLowerCase();
  const list = word[2] === "@" ? [
    ...users.map((u) => ({ name: u.name, hint: u.real_name })), ...groups.map((g) => ({ name: g.name, hint: "Group" })),
  ] : channels.filter(
    (c) => ["public", "private"].includes(c.type),
  ).map((c) => ({ name: c.name, hint: c.topic }));
  return list.filter((o) => `${o.name} ${o.hint || ""}`.toLowerCase().includes(query)).slice(0, 8).map(
    (o) => ({ insert: `${word[2]}${o.name} `, label: word[2] + o.name, hint: o.hint, from }),
  );
}

/** What people type becomes what Slack sends: escaped, with ids for mentions. */
export function encode(text) {
  const safe = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const id = (list, name) => list.find((item) => item.name === name)?.id;
  return safe.replace(
    /(^|\s)@([\p{L}\w.-]*[\p{L}\w])/gu,
    (all, gap, name) => (id(store.state.users, name) ? `${gap}<@${id(store.state.users, name)}>` : all),
  )
    .replace(
      /(^|\s)@([a-z0-9_.-]*[a-z0-9])/g,
      (all, gap, name) => (id(store.state.groups || [], name) ? `${gap}<!subteam^${id(store.state.groups, name)}>` : all),
    )
    .replace(
      /(^|\s)#([\p{L}\w-]+)/gu,
      (all, gap, name) => (id(store.state.channels, name) ? `${gap}<#${id(store.state.channels, name)}>` : all),
    )
    .replace(/(^|\s)(https?:\/\/[^\s<]+)/g, "$1<$2>");
}

function showOffers(box, inThread) {
  const list = box.parentNode.querySelector(".offers");
  const before = box.value.slice(0, box.selectionStart);
  const items = offers(before, inThread);
  box.__items = items;
  box.__at = 0;
  list.hidden = !items.length;
  list.replaceChildren(...items.map(
    (item, index) => h(
      "div",
      {
        role: "option",
        class: "offer",
        "aria-selected": String(index === 0),
        onpointerdown: (event) => { event.preventDefault(); accept(box, item); },
      },
      h("strong", null, item.label),
      h("small", null, item.hint || ""),
    ),
  ));
}

function hideOffers(box) {
  box.__items = [];
  box.parentNode.querySelector(".offers").hidden = true;
}

function accept(box, item) {
  const end = box.selectionStart;
  box.setRangeText(item.insert, item.from, end, "end");
  drafts.set(box.dataset.draft, box.value);
  hideOffers(box);
  box.focus();
}

function keys(event, channel, thread) {
  const box = event.currentTarget;
  const items = box.__items || [];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (items.length && step) {
    event.preventDefault();
    box.__at = (box.__at + step + items.length) % items.length;
    [...box.parentNode.querySelectorAll(".offer")].forEach((el, i) => {
      el.setAttribute("aria-selected", String(i === box.__at));
      if (i === box.__at) el.scrollIntoView({ block: "nearest" });
    });
  } else if (items.length && event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    hideOffers(box);
  } else if (items.length && (event.key === "Tab" || (event.key === "Enter" && box.value !== items[box.__at].label))) {
    event.preventDefault();
    accept(box, items[box.__at]);
  } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    send(box, channel, thread);
  }
}

async function send(box, channel, thread) {
  const text = box.value.trim();
  if (!text) return;
  const command = text.split(/\s/)[0];
  if (thread && store.state.commands.some((each) => each.command === command)) {
    notify(`${command} does not work in a thread. Use it in the channel, or a message's ⋯ menu here.`, true);
    return;
  }
  const key = box.dataset.draft;
  box.value = "";
  drafts.delete(key);
  hideOffers(box);
  const slash = text.startsWith("/") && !thread;
  const answer = slash ? await act("slash", { channel, text }) : await act(
    "say",
    { channel, text: encode(text), ...(thread ? { thread_ts: thread } : {}) },
  );
  if (answer.ok || box.value) return;
  box.value = text;
  drafts.set(key, text);
}

export function composer(channel, name, thread = null) {
  const label = thread ? "Reply…" : `Message ${name}`;
  const key = `w-${store.state.me.id}-${channel}-${thread || ""}`;
  const typed = (event) => {
    drafts.set(key, event.currentTarget.value);
    showOffers(event.currentTarget, Boolean(thread));
  };
  return h("form", {
    class: "composer",
    "data-key": key,
    onsubmit: (event) => {
      event.preventDefault();
      send(event.currentTarget.querySelector("textarea"), channel, thread);
    },
  },
    h("div", { class: "offers", role: "listbox", "aria-label": "Suggestions", hidden: true, "data-own": true }),
    h("textarea", {
      rows: 1,
      "data-draft": key,
      value: drafts.get(key) || "",
      "aria-label": label,
      "aria-autocomplete": "list",
      placeholder: thread ? label : `${label}  ·  / for commands`,
      oninput: typed,
      onblur: (event) => hideOffers(event.currentTarget),
      onkeydown: (event) => keys(event, channel, thread),
    }),
    h("button", { type: "submit", class: "send", "aria-label": "Send" }, "➤"));
}

export function joinBar(channel) {
  return h(
    "div",
    { class: "joinbar" },
    h("span", null, `You are looking at #${channel.name}.`),
    h(
      "button",
      {
        type: "button",
        class: "button primary",
        onclick: async () => { await act("join", { channel: channel.id }); go({}); },
      },
      "Join",
    ),
  );
}
