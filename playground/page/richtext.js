// The rich_text block: sections, lists, quotes and preformatted text.
import { h } from "./dom.js";
import { channelMention, dateToken, glyph, groupMention, link, userMention } from "./mrkdwn.js";

function styled(node, style = {}) {
  let out = node;
  for (const [name, tag] of [
    ["code", "code"],
    ["bold", "strong"],
    ["italic", "em"],
    ["strike", "s"],
  ]) if (style[name]) out = h(tag, null, out);
  return out;
}

const LEAVES = {
  text: (e) => e.text,
  link: (e) => link(e.url, e.text || null),
  emoji: (e) => glyph(e.name),
  user: (e) => userMention(e.user_id),
  channel: (e) => channelMention(e.channel_id),
  usergroup: (e) => groupMention(e.usergroup_id),
  broadcast: (e) => h("span", { class: "mention me" }, `@${e.range}`),
  date: (e) => dateToken(e.timestamp, e.format, e.fallback, e.url),
  color: (e) => h("code", null, e.value),
};

const leaves = (list) => (list || []).map((e) => styled(LEAVES[e.type] ? LEAVES[e.type](e) : `[${e.type}]`, e.style));

const PARTS = {
  rich_text_section: (p) => h("p", null, leaves(p.elements)),
  rich_text_quote: (p) => h("blockquote", null, leaves(p.elements)),
  rich_text_preformatted: (p) => h("pre", null, leaves(p.elements)),
  rich_text_list: (p) => h(
    p.style === "ordered" ? "ol" : "ul",
    { style: p.indent ? `margin-left:${p.indent * 1.4}em` : null, start: p.offset ? p.offset + 1 : null },
    p.elements.map((item) => h("li", null, leaves(item.elements))),
  ),
};

export const richText = (block) => (block.elements || []).map(
  (p) => (PARTS[p.type] ? PARTS[p.type](p) : h("span", { class: "unsupported" }, `Unsupported: ${p.type}`)),
);
