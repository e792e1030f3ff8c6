// The page's state: where the viewer is (the URL's hash), what the server last said, and how to act on it.
import { announce } from "./dom.js";

export const store = { state: null, where: readHash(), busy: false, notice: null, offline: false };
let render = () => {};
let socket = null;
let fetching = false;
let again = false;
let retry = null;

function readHash() {
  return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
}

/** Moves the view: go({channel}), go({as}), go({thread}); a null removes the part. */
export function go(change) {
  const next = { ...store.where, ...change };
  if ("channel" in change && !("thread" in change)) delete next.thread;
  if (!("at" in change)) delete next.at;
  for (const key of Object.keys(next)) if (!next[key]) delete next[key];
  location.hash = new URLSearchParams(next).toString();
}

export async function refetch() {
  if (fetching) { again = true; return; }
  fetching = true;
  try {
    do {
      again = false;
      const asked = { ...store.where };
      const answer = await fetch(`/playground/state?${new URLSearchParams(asked)}`);
      if (!answer.ok) throw new Error(`state: ${answer.status}`);
      const state = await answer.json();
      if (asked.as !== store.where.as || asked.channel !== store.where.channel || asked.thread !== store.where.thread) again = true;
      else { store.state = state; store.offline = false; leaveUnseen(); }
    } while (again);
  } catch {
    store.offline = true;
    clearTimeout(retry);
    retry = setTimeout(refetch, 1500);
  } finally {
    fetching = false;
  }
  render();
}

function connect() {
  const viewer = store.where.as || store.state?.me?.id || "";
  if (socket?.viewer === viewer && socket.readyState <= 1) return;
  if (socket) { socket.onclose = null; socket.close(); }
  const mine = new WebSocket(
    `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/playground/live?as=${encodeURIComponent(viewer)}`,
  );
  socket = mine;
  mine.viewer = viewer;
  mine.onopen = () => refetch(); // what changed while there was no connection
  mine.onmessage = () => refetch();
  mine.onclose = () => { store.offline = true; render(); setTimeout(connect, 1500); };
}

// Somebody else's place may be one that this person cannot see.
function leaveUnseen() {
  const { channel } = store.where;
  if (channel && channel !== "home" && !channelById(channel)) go({ channel: null });
}

async function post(path, body) {
  try {
    const answer = await fetch(
      path,
      { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) },
    );
    return await answer.json();
  } catch {
    return { ok: false, error: "The playground did not answer. Try again?" };
  }
}

/** Does something as the viewer. The error, if any, is shown unless `quiet`. */
export async function act(what, args = {}, quiet = false) {
  const answer = await post("/playground/act", { as: store.state.me.id, do: what, ...args });
  if (!answer.ok && !quiet) notify(answer.error || "That did not work. Try again?", true);
  refetch();
  return answer;
}

export async function control(id) {
  store.busy = id;
  render();
  const answer = await post(`/playground/control/${encodeURIComponent(id)}`, {});
  store.busy = false;
  notify(answer.message || answer.error || (answer.ok ? "Done." : "That did not work."), !answer.ok);
  const show = answer.show;
  if (show) {
    const next = {
      as: show.as || store.where.as,
      channel: show.channel || store.where.channel,
      thread: show.thread || null,
    };
    go(next);
  }
  await refetch();
}

export function notify(text, bad = false) {
  const notice = { text, bad };
  store.notice = notice;
  announce(text);
  render();
  setTimeout(() => { if (store.notice === notice) { store.notice = null; render(); } }, bad ? 12000 : 9000);
}

export function dismiss() {
  store.notice = null;
  render();
}

export async function start(draw) {
  render = draw;
  addEventListener("hashchange", () => {
    store.where = readHash();
    render();
    refetch().then(connect);
  });
  await refetch();
  connect();
}

export const person = (id) => store.state?.users.find((user) => user.id === id);
export const channelById = (id) => store.state?.channels.find((channel) => channel.id === id);
export const zone = () => store.state?.me?.tz || "UTC";
export const redraw = () => render();
