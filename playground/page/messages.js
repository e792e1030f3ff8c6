// The conversation and the thread: messages grouped by author, with day dividers in the viewer's zone.
import { h, announce } from "./dom.js";
import { blocks } from "./blocks.js";
import { mrkdwn, glyph } from "./mrkdwn.js";
import { act, go, person, store, zone } from "./store.js";
import { clock, dayLabel, dayOf, fillDate, fromTs } from "./dates.js";
import { openMenu } from "./menu.js";

const COLOURS = ["#7a4bc8", "#b3541e", "#1f5fbf", "#a3225c", "#4a7016", "#8a6100", "#5a5f6b", "#2c7a8c"];

/** People in the workspace's order never share a colour with their neighbours; apps wear the page's own. */
export function colourOf(user) {
  const at = store.state.users.filter((each) => !each.is_bot).findIndex((each) => each.id === user?.id);
  return COLOURS[(at + COLOURS.length) % COLOURS.length];
}

export function avatar(user, name, size = "") {
  const initials = (user?.real_name || name || "?").split(/\s+/).map((word) => word[0]).slice(0, 2).join("").toUpperCase();
  const own = user?.is_bot ? null : `background:${colourOf(user)}`;
  return h(
    "span",
    { class: `avatar ${size}${user?.is_bot ? " app" : ""}`, style: own, "aria-hidden": "true" },
    initials,
  );
}

const nameOf = (message) => message.name || person(message.user)?.real_name || message.user || "Someone";

function reactions(message, channel) {
  return h("div", { class: "reactions" }, message.reactions.map(({ name, users }) => {
    const mine = users.includes(store.state.me.id);
    return h("button", {
      type: "button", class: mine ? "reaction mine" : "reaction", "aria-pressed": String(mine), "data-key": `r-${name}`,
      title: users.map((id) => person(id)?.real_name || id).join(", "), onclick: () => act(
        mine ? "unreact" : "react",
        { channel, ts: message.ts, name },
      ),
    }, glyph(name), " ", users.length);
  }));
}

const QUICK = ["scales", "white_check_mark", "eyes"];

function shortcuts(message, channel, inThread) {
  const run = (shortcut) => async () => {
    announce(`${shortcut.name}…`);
    await act("message_shortcut", { channel, ts: message.ts, callback_id: shortcut.callback_id });
  };
  const items = (store.state.message_shortcuts || []).map(
    (s) => ({ label: s.name, hint: store.state.app?.name, run: run(s), attrs: { "data-shortcut": s.callback_id } }),
  );
  if (!inThread) items.push({
    label: "Reply in thread",
    run: () => go({ channel, thread: message.thread_ts || message.ts }),
  });
  for (const name of QUICK) items.push({
    label: [glyph(name), ` React with ${name.replaceAll("_", " ")}`],
    run: () => act("react", { channel, ts: message.ts, name }, true),
  });
  items.push({
    label: "Copy link",
    run: () => navigator.clipboard?.writeText(new URL(message.permalink || location.href, location.origin).href),
  });
  return items;
}

function tools(message, channel, inThread) {
  if (message.ephemeral) return null;
  const quick = (name) => h(
    "button",
    {
      type: "button",
      class: "tool",
      tabindex: "-1",
      "aria-label": `React with ${name.replaceAll("_", " ")}`,
      onclick: () => act("react", { channel, ts: message.ts, name }, true),
    },
    glyph(name),
  );
  return h("div", { class: "tools", role: "toolbar", "aria-label": "Message actions" }, QUICK.map(quick),
    !inThread && h(
      "button",
      {
        type: "button",
        class: "tool",
        tabindex: "-1",
        "aria-label": "Reply in thread",
        onclick: () => go({ channel, thread: message.thread_ts || message.ts }),
      },
      "💬",
    ),
    h(
      "button",
      {
        type: "button",
        class: "tool more",
        "aria-label": "More actions",
        "aria-haspopup": "menu",
        "aria-expanded": "false",
        onclick: (event) => openMenu(event.currentTarget, shortcuts(message, channel, inThread)),
      },
      "⋯",
    ));
}

function files(message) {
  return (message.files || []).map((file) => {
    const url = /^(https?:|\/)/.test(file.url || "") ? file.url : null;
    const name = file.title || file.name;
    if (file.mimetype?.startsWith("image/")) {
      const picture = h("img", { src: url, alt: file.alt_txt || name });
      return h("a", { class: "file picture", href: url, target: "_blank", rel: "noopener" }, picture);
    }
    return h(
      "a",
      { class: "file", href: url, download: file.name },
      h("span", { "aria-hidden": "true" }, "📄"),
      h("span", null, h("strong", null, name), h("small", null, `${file.name} · ${size(file.size)}`)),
    );
  });
}

function size(bytes) {
  if (bytes < 1000) return `${bytes} ${bytes === 1 ? "byte" : "bytes"}`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function replies(message, channel) {
  if (!message.reply_count) return null;
  const last = message.latest_reply && fillDate(
    message.latest_reply,
    "{date_short_pretty} at {time}",
    zone(),
    new Date(store.state.now),
  );
  return h("button", { type: "button", class: "replies", onclick: () => go({ channel, thread: message.ts }) },
    (message.reply_users || []).slice(0, 4).map((id) => avatar(person(id), id, "tiny")),
    h(
      "strong",
      null,
      `${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`,
    ), last && h("span", null, `Last reply ${last}`));
}

function body(message, channel) {
  if (message.deleted) return h("p", { class: "gone" }, "This message was deleted.");
  const context = { container: { type: "message", channel, ts: message.ts }, keep: message.ts };
  return [
    message.blocks?.length ? h(
      "div",
      { class: "blocks" },
      blocks(message.blocks, context),
    ) : h("div", { class: "prose" }, mrkdwn(message.text)),
    message.edited && !message.bot && h("span", { class: "edited" }, "(edited)"),
    files(message),
  ];
}

function messageNode(message, previous, channel, inThread) {
  const user = person(message.user);
  const alone = (each) => each.ephemeral || each.deleted;
  const grouped = previous && previous.user === message.user && nameOf(previous) === nameOf(message) && !alone(previous) && !alone(message)
    && message.ts - previous.ts < 300 && dayOf(fromTs(message.ts), zone()) === dayOf(fromTs(previous.ts), zone());
  const when = clock(fromTs(message.ts), zone());
  const classes = [
    "message",
    grouped && "grouped",
    message.ephemeral && "ephemeral",
    store.where.at === message.ts && "pointed",
  ].filter(Boolean).join(" ");
  return h("article", {
    class: classes,
    "data-ts": message.ts,
    "data-key": `m-${message.ts}`,
    "data-container": true,
    tabindex: "-1",
    "aria-label": `${nameOf(message)}, ${when}`,
  },
    h("div", { class: "gutter" }, grouped ? h("time", { class: "small-time" }, when) : avatar(user, nameOf(message))),
    h("div", { class: "content" },
      message.ephemeral && h("p", { class: "only" }, "👁 Only visible to you"),
      !grouped && h(
        "header",
        null,
        h("strong", null, nameOf(message)),
        (message.bot || user?.is_bot) && h("span", { class: "badge" }, "APP"),
        h("time", { title: fromTs(message.ts).toISOString() }, when),
      ),
      body(message, channel), message.reactions?.length ? reactions(message, channel) : null, !inThread && replies(message, channel)),
    tools(message, channel, inThread));
}

/** A list of messages with day dividers. */
export function messageList(messages, channel, inThread = false) {
  const now = new Date(store.state.now);
  let previous = null;
  return (messages || []).flatMap((message) => {
    const date = fromTs(message.ts);
    const day = dayOf(date, zone());
    const fresh = !previous || dayOf(fromTs(previous.ts), zone()) !== day;
    const node = messageNode(message, fresh ? null : previous, channel, inThread);
    previous = message;
    return fresh && !inThread ? [
      h(
        "div",
        { class: "day", role: "separator", "data-key": `d-${day}` },
        h("span", null, dayLabel(date, zone(), now)),
      ),
      node,
    ] : [node];
  });
}
