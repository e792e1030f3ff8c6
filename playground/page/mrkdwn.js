// Slack's mrkdwn and the `markdown` block's Markdown, as DOM nodes: never as markup strings.
import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { capital, fillDate } from "./dates.js";
import { store, person, channelById, zone, go } from "./store.js";

export const unescape = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
const SAFE = /^(https?:|mailto:|tel:)/i;

export function link(url, label) {
  const clean = unescape(url);
  if (!SAFE.test(clean)) return document.createTextNode(unescape(String(label || url)));
  const place = placeOf(clean);
  if (place) return h("a", { href: clean, onclick: (event) => { event.preventDefault(); go(place); } }, label || clean);
  return h("a", { href: clean, target: "_blank", rel: "noopener noreferrer" }, label || clean);
}

/** Where a permalink leads in this workspace: {channel, thread, at}; null for any other address. */
export function placeOf(url) {
  const found = /\/archives\/(\w+)\/p(\d{10})(\d{6})(?:\?(.*))?$/.exec(url);
  if (!found || !channelById(found[1])) return null;
  return { channel: found[1], thread: new URLSearchParams(found[4] || "").get("thread_ts"), at: `${found[2]}.${found[3]}` };
}

export const userMention = (id, label) =>
  h("span", { class: id === store.state.me.id ? "mention me" : "mention" }, `@${person(id)?.name || label || id}`);

export const groupMention = (id, label) =>
  h("span", { class: "mention" }, `@${store.state.groups?.find((group) => group.id === id)?.name || (label || "group").replace(/^@/, "")}`);

export function channelMention(id, label) {
  const name = channelById(id)?.name || label || "private-channel";
  return h("button", { class: "mention link", type: "button", onclick: () => go({ channel: id }) }, `#${name}`);
}

export function dateToken(unix, template, fallback, url, first = false) {
  const filled = fillDate(unix, unescape(template), zone(), new Date(store.state.now));
  const date = new Date(unix * 1000);
  const shown = filled ? (first ? capital(filled) : filled) : unescape(fallback || "");
  const node = h("time", { datetime: Number.isNaN(date.getTime()) ? null : date.toISOString(), title: fallback ? unescape(fallback) : null }, shown);
  return url ? link(url, node) : node;
}

function angle(body, first) {
  const [target, ...rest] = body.split("|");
  const label = rest.length ? rest.join("|") : null;
  if (target.startsWith("@")) return userMention(target.slice(1), label);
  if (target.startsWith("#")) return channelMention(target.slice(1), label);
  if (target.startsWith("!date^")) {
    const [, unix, template, url] = target.split("^");
    if (!Number.isFinite(Number(unix)) || !template) return document.createTextNode(unescape(label || ""));
    return dateToken(unix, template, label, url, first);
  }
  if (target.startsWith("!subteam^")) return groupMention(target.slice(9), label);
  if (target.startsWith("!")) return h("span", { class: "mention me" }, `@${label || target.slice(1)}`);
  return link(target, label ? unescape(label) : null);
}

const INLINE = /`([^`\n]+)`|<([^<>\n]+)>|:([a-z0-9_+-]+(?:::skin-tone-\d)?):|(^|[\s(\[{"'.,;:!?~_*–—-])([*_~])(?=\S)([^\n]*?\S)\5(?![\p{L}\p{N}])/mu;
const STYLE = { "*": "strong", _: "em", "~": "s" };

/** Inline mrkdwn → nodes. */
export function inline(text) {
  const out = [];
  let rest = text;
  for (let found = INLINE.exec(rest); found; found = INLINE.exec(rest)) {
    if (found.index) out.push(unescape(rest.slice(0, found.index)));
    const [all, code, angled, short, before, mark, styled] = found;
    if (code !== undefined) out.push(h("code", null, unescape(code)));
    else if (angled !== undefined) out.push(angle(angled, !out.length)); // what begins a line begins with a capital
    else if (short !== undefined) out.push(glyph(short));
    else out.push(unescape(before), h(STYLE[mark], null, inline(styled)));
    rest = rest.slice(found.index + all.length);
  }
  if (rest) out.push(unescape(rest));
  return out;
}

export function glyph(name) {
  const found = emoji(name);
  return found ? h("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " ") }, found) : `:${name}:`;
}

/** Emoji only: what plain_text objects show. */
export const plain = (text) =>
  String(text).split(/(:[a-z0-9_+-]+:)/).map((part) => (/^:.+:$/.test(part) ? glyph(part.slice(1, -1)) : unescape(part)));

function lines(list, draw) {
  return list.flatMap((line, index) => (index ? [h("br"), ...draw(line)] : draw(line)));
}

/** Block-level mrkdwn: code blocks, quotes, lists and lines. */
export function mrkdwn(text) {
  const out = [];
  for (const [index, part] of String(text || "").split("```").entries()) {
    if (index % 2) out.push(h("pre", null, unescape(part.replace(/^\n|\n$/g, ""))));
    else out.push(...paragraphs(part, inline));
  }
  return out;
}

const KIND = (line) => (/^(&gt;|>)\s?/.test(line) ? "quote" : /^\s*[•◦-]\s+/.test(line) ? "list" : /^\s*\d+\.\s+/.test(line) ? "ordered" : "text");

function paragraphs(text, draw) {
  const groups = [];
  const trimmed = text.replace(/^\n|\n$/g, "");
  if (!trimmed.trim()) return [];
  for (const line of trimmed.split("\n")) {
    const kind = KIND(line);
    if (groups.at(-1)?.kind === kind) groups.at(-1).lines.push(line);
    else groups.push({ kind, lines: [line] });
  }
  return groups.map(({ kind, lines: list }) => {
    if (kind === "quote") return h("blockquote", null, lines(list.map((l) => l.replace(/^(&gt;|>)\s?/, "")), draw));
    if (kind === "list") return h("ul", null, list.map((l) => h("li", { class: /^\s{2,}|◦/.test(l) ? "deep" : null }, draw(l.replace(/^\s*[•◦-]\s+/, "")))));
    if (kind === "ordered") return h("ol", { start: Number.parseInt(list[0], 10) }, list.map((l) => h("li", null, draw(l.replace(/^\s*\d+\.\s+/, "")))));
    return h("p", null, lines(list, draw));
  });
}

const toMrkdwn = (line) =>
  line.replace(/\*\*(.+?)\*\*/g, "\u0001$1\u0001").replace(/(^|[^*])\*(?!\s)([^*]+?)\*/g, "$1_$2_").replaceAll("\u0001", "*")
    .replace(/~~(.+?)~~/g, "~$1~").replace(/\[([^\]]+)\]\((\S+?)\)/g, "<$2|$1>");

/** The `markdown` block: headings, lists, quotes, fences, bold, links. */
export function markdown(text) {
  const out = [];
  for (const [index, part] of String(text || "").split(/```(?:\w+\n)?/).entries()) {
    if (index % 2) { out.push(h("pre", null, part.replace(/^\n|\n$/g, ""))); continue; }
    for (const chunk of part.split(/\n(?=#{1,6} )|(?<=^#{1,6} .*)\n/m)) {
      if (!chunk.trim()) continue;
      const heading = /^(#{1,6}) (.*)$/.exec(chunk.trim());
      if (heading) out.push(h(`h${Math.min(heading[1].length + 2, 6)}`, null, inline(toMrkdwn(heading[2]))));
      else for (const para of chunk.split(/\n{2,}/)) out.push(...paragraphs(para.trim().replace(/^\* /gm, "- "), (line) => inline(toMrkdwn(line))));
    }
  }
  return out;
}

/** A text object ({type, text}). */
export const textObject = (object) => (object?.type === "mrkdwn" ? mrkdwn(object.text) : plain(object?.text || ""));
