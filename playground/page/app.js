// Draws the whole page from the store, and keeps the view at the newest message.
import { h, mount } from "./dom.js";
import { act, go, start, store } from "./store.js";
import { sidebar, topbar } from "./sidebar.js";
import { messageList } from "./messages.js";
import { composer, joinBar } from "./composer.js";
import { modals, settleFocus } from "./modal.js";
import { demobar, notices } from "./demobar.js";
import { blocks } from "./blocks.js";

const COMPOSE = "#app > main .composer textarea";
const root = document.getElementById("app");
const layers = document.getElementById("layers");
let seen = "";
let opened = "";
let read = "";
let pointed = "";

const channelNow = () => store.state.channels.find(
  (c) => c.id === (store.where.channel || store.state.conversation?.id),
);

function home() {
  const view = store.state.home?.view;
  const context = view && { container: { type: "view", view_id: view.id }, keep: view.id };
  return [
    h("header", { class: "head" }, h("h1", null, `${store.state.app?.name || "App"} · Home`)),
    h("div", { class: "scroll home" }, view
      ? h("div", { class: "blocks", "data-container": true, "data-key": view.id }, blocks(view.blocks, context))
      : h("p", { class: "empty" }, "The app has not drawn its Home yet.")),
  ];
}

function conversation() {
  const talk = store.state.conversation;
  if (!talk) return [h("p", { class: "empty" }, "Choose a conversation.")];
  const channel = channelNow() || talk;
  const title = ["public", "private"].includes(talk.type) ? `#${talk.name}` : talk.name;
  const list = {
    class: "scroll",
    id: "messages",
    role: "log",
    "aria-label": `Messages in ${title}`,
    "data-key": `s-${talk.id}`,
    tabindex: "0",
  };
  return [
    h("header", { class: "head" },
      h("h1", null, title),
      channel.topic && h("p", null, channel.topic),
      talk.members && talk.type !== "im" && h("span", { class: "people" }, `${talk.members.length} members`)),
    h("div", list, talk.messages.length
      ? messageList(talk.messages, talk.id)
      : h("p", { class: "empty" }, "Nothing here yet.")),
    channel.member === false ? joinBar(channel) : composer(talk.id, title),
  ];
}

function thread() {
  const { thread: open, conversation: talk } = store.state;
  if (!open || !store.where.thread) return null;
  const count = `${open.replies.length} ${open.replies.length === 1 ? "reply" : "replies"}`;
  const close = { type: "button", class: "tool", "aria-label": "Close the thread", onclick: () => go({ thread: null }) };
  return h("aside", { class: "thread", "aria-label": "Thread", "data-key": `t-${store.where.thread}` },
    h("header", { class: "head" }, h("h1", null, "Thread"), h("button", close, "✕")),
    h("div", { class: "scroll", id: "replies", role: "log", "aria-label": "Replies", tabindex: "0" },
      messageList([open.root], talk.id, true),
      h("div", { class: "day small" }, h("span", null, count)),
      messageList(open.replies, talk.id, true)),
    composer(talk.id, "", store.where.thread));
}

function render() {
  if (!store.state) return;
  const boxes = ["messages", "replies"].map((id) => document.getElementById(id));
  const low = boxes.map((box) => !box || box.scrollHeight - box.scrollTop - box.clientHeight < 80);
  document.title = `${store.state.team.name} · playground`;
  mount(
    root,
    topbar(),
    sidebar(),
    h(
      "main",
      { "data-key": "main", class: store.where.thread ? "beside" : null },
      store.where.channel === "home" ? home() : conversation(),
    ),
    thread(),
    demobar(),
    notices(),
  );
  mount(layers, ...modals());
  const place = JSON.stringify([store.state.me.id, store.where.channel, store.where.thread]);
  ["messages", "replies"].forEach((id, i) => {
    const box = document.getElementById(id);
    if (box && (low[i] || place !== seen)) box.scrollTop = box.scrollHeight;
  });
  seen = place;
  point();
  settleFocus();
  visit(place);
}

// Tells the server once per place that the viewer is there: opens Home, clears unread marks.
function visit(place) {
  const id = store.where.channel || store.state.conversation?.id;
  const unread = id !== "home" && channelNow()?.unread > 0;
  const newest = store.state.conversation?.messages.at(-1)?.ts;
  if (id === "home" && opened !== place) act("open_home", {}, true);
  else if (unread && read !== `${place}${newest}`) {
    read = `${place}${newest}`;
    act("mark_read", { channel: id }, true);
  }
  opened = place;
}

// Follows a permalink: brings the message into sight and marks it for a moment.
function point() {
  const { at } = store.where;
  if (!at) { pointed = ""; return; }
  const found = document.querySelector(
    `.thread [data-ts="${CSS.escape(at)}"]`,
  ) || document.querySelector(`[data-ts="${CSS.escape(at)}"]`);
  if (!found || pointed === at) return;
  pointed = at;
  found.scrollIntoView({ block: "center" });
  found.focus({ preventScroll: true });
}

// Arrow keys walk through messages, from the list or from a message; Enter in one goes to its menu.
function walk(event) {
  const list = event.target.closest("#messages, #replies");
  const from = event.target.closest("article");
  if (!list || (event.target !== list && event.target !== from)) return;
  const all = [...list.querySelectorAll("article")];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) { event.preventDefault(); (all[from ? all.indexOf(from) + step : all.length - 1] || from)?.focus(); }
  else if (event.key === "Enter" && from) { event.preventDefault(); from.querySelector(".more")?.click(); }
}

try {
  const kept = localStorage.getItem("theme");
  if (kept) document.documentElement.dataset.theme = kept;
} catch { /* private mode */ }
addEventListener(
  "keydown",
  (event) => {
    if (event.key === "Escape" && !store.state?.modal?.length && document.activeElement?.closest(".thread")) go({ thread: null });
  },
);
addEventListener("keydown", walk);
start(render).then(() => {
  if (matchMedia("(hover: hover)").matches && document.activeElement === document.body) document.querySelector(COMPOSE)?.focus();
});
