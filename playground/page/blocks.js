// Renders a list of Block Kit blocks; what the page does not know is shown as such, never hidden.
import { h } from "./dom.js";
import { element } from "./elements.js";
import { link, markdown, plain, textObject } from "./mrkdwn.js";
import { richText } from "./richtext.js";

const parts = (list, context) => (list || []).map((item) => element(item, context));

function section(block, context) {
  return [
    h("div", { class: "section-body" }, block.text && h("div", { class: "prose" }, textObject(block.text)),
      block.fields && h(
        "div",
        { class: "fields" },
        block.fields.map((field) => h("div", { class: "prose" }, textObject(field))),
      )),
    block.accessory && h("div", { class: "accessory" }, element(block.accessory, context)),
  ];
}

function input(block, context) {
  const id = `in-${context.keep}-${block.block_id}`.replace(/[^\w-]/g, "_");
  const error = context.errors?.[block.block_id];
  const described = [block.hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  const inner = {
    ...context, input: true, dispatch: block.dispatch_action, inputId: id, labelId: `${id}-label`, describedBy: described || null,
    required: !block.optional, bad: Boolean(error),
  };
  return h("div", { class: error ? "field bad" : "field" },
    h(
      "label",
      { for: id, id: `${id}-label`, class: "label" },
      plain(block.label.text),
      block.optional && h("span", { class: "optional" }, " (optional)"),
    ),
    element(block.element, inner),
    error && h("p", { class: "error", id: `${id}-error`, role: "alert" }, error),
    block.hint && h("p", { class: "hint", id: `${id}-hint` }, plain(block.hint.text)));
}

function cell(data) {
  if (data?.type === "rich_text") return richText(data);
  return data?.text?.text ?? data?.text ?? String(data?.value ?? "");
}

function table(block) {
  const [head = [], ...rows] = block.rows || [];
  const align = (index) => {
    const side = block.column_settings?.[index]?.align;
    return ["left", "center", "right"].includes(side) ? `text-align:${side}` : null;
  };
  return h("div", { class: "table", tabindex: "0", role: "region", "aria-label": "Table" }, h("table", null,
    h("thead", null, h("tr", null, head.map((data, i) => h("th", { scope: "col", style: align(i) }, cell(data))))),
    h(
      "tbody",
      null,
      rows.map((row) => h("tr", null, row.map((data, i) => h("td", { style: align(i) }, cell(data))))),
    )));
}

function image(block) {
  const url = block.image_url || block.slack_file?.url || "";
  return h("figure", null, block.title && h("figcaption", null, plain(block.title.text)),
    h("img", { src: /^(https?:|\/|data:image)/i.test(url) ? url : null, alt: block.alt_text || "", loading: "lazy" }));
}

function card(block, context) {
  const text = (part, name) => part && h("div", { class: name }, typeof part === "string" ? part : textObject(part));
  const title = h("div", null, text(block.title, "card-title"), text(block.subtitle, "card-subtitle"));
  const icon = block.icon && element({ type: "image", ...block.icon }, context);
  return h("div", { class: "card" },
    block.hero_image && image(block.hero_image),
    h("div", { class: "card-head" }, icon, title),
    text(block.body, "prose"),
    block.actions && h("div", { class: "actions" }, parts(block.actions, context)));
}

function container(block, context) {
  const title = block.rich_text_title ? richText(block.rich_text_title) : plain(block.title?.text || "");
  const inside = blocks(block.child_blocks, { ...context, keep: `${context.keep}:${context.blockId}` });
  const head = [
    h("strong", null, title),
    block.subtitle && h("div", { class: "card-subtitle" }, textObject(block.subtitle)),
  ];
  if (!block.is_collapsible) return h("div", { class: "card" }, h("div", null, head), inside);
  return h("details", { class: "card", open: !block.default_collapsed }, h("summary", null, head), inside);
}

const MARKS = { pending: "○", in_progress: "◔", complete: "✓", error: "✕" };

function task(block) {
  const prose = (part) => part && h("div", { class: "prose" }, richText(part));
  return h("div", { class: `task ${block.status}` },
    h("span", { "aria-label": block.status.replace("_", " "), role: "img" }, MARKS[block.status]), " ",
    h("strong", null, block.title),
    prose(block.details),
    prose(block.output),
    (block.sources || []).map((source) => h("div", null, link(source.url, source.text))));
}

function video(block) {
  const title = plain(block.title.text);
  return h("figure", null,
    h("figcaption", null, block.title_url ? link(block.title_url, title) : title),
    link(block.video_url, `▶ ${block.alt_text}`));
}

const BLOCKS = {
  section, input, table, image, card, container, video, task_card: task,
  plan: (block) => h("div", { class: "card" }, h("strong", null, block.title), (block.tasks || []).map(task)),
  carousel: (block, context) => h("div", { class: "carousel", tabindex: "0", role: "group", "aria-label": "Cards" },
    block.elements.map((each, index) => h(
      "div",
      { "data-block-id": each.block_id || `${context.blockId}-${index}` },
      card(each, { ...context, blockId: each.block_id || `${context.blockId}-${index}` }),
    ))),
  divider: () => h("hr"),
  header: (block) => h("h3", null, plain(block.text.text)),
  markdown: (block) => h("div", { class: "prose" }, markdown(block.text)),
  rich_text: (block) => h("div", { class: "prose" }, richText(block)),
  actions: (block, context) => h("div", { class: "actions" }, parts(block.elements, context)),
  context_actions: (block, context) => h("div", { class: "actions small" }, parts(block.elements, context)),
  context: (block, context) => h(
    "div",
    { class: "context" },
    block.elements.map(
      (e) => (e.type === "image" ? element(e, context) : h("span", { class: "prose" }, textObject(e))),
    ),
  ),
  file: (block) => h("div", { class: "file" }, "📄 ", block.title?.text || block.external_id || "File"),
  alert: (block) => h(
    "div",
    { class: `alert ${block.level || "default"}`, role: "note" },
    h(
      "div",
      { class: "prose" },
      textObject(typeof block.text === "string" ? { type: "mrkdwn", text: block.text } : block.text),
    ),
  ),
};

/** Blocks → nodes. `context`: {container, keep (key of what holds them), errors?}. */
export function blocks(list, context) {
  return (list || []).map((block, index) => {
    const id = block.block_id || `b${index}`;
    const draw = BLOCKS[block.type];
    const body = draw ? draw({ ...block, block_id: id }, { ...context, blockId: id }) : h(
      "p",
      { class: "unsupported" },
      `Unsupported block: ${block.type}`,
    );
    return h(
      "div",
      { class: `block b-${draw ? block.type : "unknown"}`, "data-block-id": id, "data-key": `${context.keep}:${id}` },
      body,
    );
  });
}
