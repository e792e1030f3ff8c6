// Block Kit's interactive elements. Each has `read(el)`, which gives its value as Slack's `state.values` carries it.
import { h } from "./dom.js";
import { plain, textObject } from "./mrkdwn.js";
import { act, store, zone } from "./store.js";
import { confirmThen } from "./confirm.js";
import { openMenu } from "./menu.js";
import { unixToWall, wallToUnix } from "./dates.js";

const isBot = (id) => Boolean(store.state.users.find((user) => user.id === id)?.is_bot);
const bare = (option) => (option ? { text: option.text, value: option.value } : null);

/** Sends a click with the state of everything around it, after the element's own confirm dialog. */
export async function fire(element, context, origin, value) {
  const send = () => {
    const scope = origin.closest("[data-container]");
    return act("click", {
      container: context.container, block_id: context.blockId, action_id: element.action_id,
      action: { type: element.type, ...value }, state: scope ? collect(scope) : undefined,
    });
  };
  if (element.confirm) return confirmThen(element.confirm, send, origin);
  origin.setAttribute("aria-busy", "true");
  try { return await send(); } finally { origin.removeAttribute("aria-busy"); }
}

/** All values inside a container: {block_id: {action_id: value}}. */
export function collect(scope) {
  const state = {};
  for (const el of scope.querySelectorAll("[data-action-id]")) {
    if (!el.__read || el.closest("[data-container]") !== scope) continue;
    const block = el.closest("[data-block-id]")?.dataset.blockId;
    (state[block] = state[block] || {})[el.dataset.actionId] = el.__read(el);
  }
  return state;
}

function common(element, context) {
  return {
    "data-action-id": element.action_id, "data-key": `${context.keep}:${context.blockId}:${element.action_id}`,
    id: context.inputId || null, "aria-describedby": context.describedBy || null,
    "aria-required": context.required ? "true" : null, "aria-invalid": context.bad ? "true" : null,
    "aria-label": context.inputId ? null : element.placeholder?.text || element.action_id, autofocus: element.focus_on_load || null,
  };
}

const fires = (context) => !context.input || context.dispatch;

function button(element, context) {
  const style = ["button", element.style || ""].join(" ");
  const attributes = { ...common(element, context), class: style, "aria-label": element.accessibility_label || null };
  const label = plain(element.text.text);
  const click = (event) => fire(element, context, event.currentTarget, { value: element.value });
  if (element.url) return h(
    "a",
    {
      ...attributes,
      href: /^https?:/i.test(element.url) ? element.url : null,
      target: "_blank",
      rel: "noopener noreferrer",
      onclick: click,
    },
    label,
    h("span", { class: "sr" }, " (opens a link)"),
  );
  return h("button", { ...attributes, type: "button", onclick: click }, label);
}

// What a select offers: groups of {label, options: [{value, label, raw}]}, and the key its choice has in the state.
function choices(element) {
  const kind = element.type.replace(/^multi_/, "").replace(/_select$/, "");
  const { users, channels } = store.state;
  if (kind === "users") return {
    one: "selected_user",
    many: "selected_users",
    initial: element.initial_user,
    initials: element.initial_users,
    groups: [
      {
        options: users.filter((u) => !u.deleted).map((u) => ({ value: u.id, label: u.real_name || u.name, raw: u.id })),
      },
    ],
  };
  if (kind === "channels" || kind === "conversations") {
    const kinds = kind === "channels" ? ["public"] : element.filter?.include || ["public", "private", "im", "mpim"];
    const open = channels.filter(
      (c) => kinds.includes(c.type) && !(element.filter?.exclude_bot_users && isBot(c.with)),
    );
    const mark = (c) => (c.type === "im" ? c.name : `#${c.name}`);
    let initial = element[`initial_${kind.slice(0, -1)}`];
    if (!initial && element.default_to_current_conversation) initial = store.state.conversation?.id;
    return {
      one: `selected_${kind.slice(0, -1)}`,
      many: `selected_${kind}`,
      initial,
      initials: element[`initial_${kind}`],
      groups: [{ options: open.map((c) => ({ value: c.id, label: mark(c), raw: c.id })) }],
    };
  }
  const option = (o) => ({ value: o.value, label: o.text.text, raw: bare(o) });
  const groups = element.option_groups ? element.option_groups.map(
    (g) => ({ label: g.label.text, options: g.options.map(option) }),
  ) : [{ options: (element.options || []).map(option) }];
  return {
    one: "selected_option",
    many: "selected_options",
    initial: element.initial_option?.value,
    initials: element.initial_options?.map((o) => o.value),
    groups,
  };
}

function select(element, context) {
  const offer = choices(element);
  const all = offer.groups.flatMap((group) => group.options);
  const value = (el) => ({ [offer.one]: all.find((o) => o.value === el.value)?.raw ?? null });
  const option = (o) => h(
    "option",
    { value: o.value, "data-key": o.value, selected: o.value === offer.initial },
    o.label,
  );
  const change = fires(context) && ((event) => fire(element, context, event.currentTarget, value(event.currentTarget)));
  return h("select", {
    ...common(element, context),
    class: "select",
    read: (el) => ({ type: element.type, ...value(el) }),
    onchange: change,
  },
    h("option", { value: "" }, element.placeholder?.text || "Choose…"),
    offer.groups.map(
      (group) => (group.label ? h(
        "optgroup",
        { label: group.label, "data-key": `g-${group.label}` },
        group.options.map(option),
      ) : group.options.map(option)),
    ));
}

function checks(element, context, type, options, initials, key, wide) {
  const raw = (el) => [...el.querySelectorAll("input:checked")].map(
    (box) => options.find((o) => o.value === box.value)?.raw,
  );
  const value = (el) => (type === "radio" ? { selected_option: raw(el)[0] || null } : { [key]: raw(el) });
  const name = `${context.keep}:${context.blockId}:${element.action_id}`;
  const change = fires(context) && ((event) => fire(element, context, event.currentTarget, value(event.currentTarget)));
  const named = context.labelId ? { "aria-labelledby": context.labelId } : {};
  return h("div", {
    ...common(element, context),
    ...named,
    class: wide ? "checks menuish" : "checks",
    role: type === "radio" ? "radiogroup" : "group",
    read: (el) => ({ type: element.type, ...value(el) }),
    onchange: change,
  },
    options.map((o) => h("label", { class: "check", "data-key": `${name}:${o.value}` },
      h("input", { type, name, value: o.value, checked: initials.includes(o.value) }),
      h(
        "span",
        null,
        o.text ? textObject(o.text) : o.label,
        o.description && h("small", null, textObject(o.description)),
      ))));
}

const withText = (o) => ({ value: o.value, text: o.text, description: o.description, raw: bare(o) });
const checkboxes = (element, context) => checks(
  element,
  context,
  "checkbox",
  element.options.map(withText),
  (element.initial_options || []).map((o) => o.value),
  "selected_options",
);
const radios = (element, context) => checks(
  element,
  context,
  "radio",
  element.options.map(withText),
  [element.initial_option?.value],
  "selected_option",
);

function multi(element, context) {
  const offer = choices(element);
  return checks(
    element,
    context,
    "checkbox",
    offer.groups.flatMap((g) => g.options),
    offer.initials || [],
    offer.many,
    true,
  );
}

function external(element, context) {
  const found = new Map();
  const many = element.type.startsWith("multi_");
  const seed = many ? element.initial_options || [] : element.initial_option ? [element.initial_option] : [];
  for (const option of seed) found.set(option.text.text, bare(option));
  const list = `${context.keep}-${context.blockId}-${element.action_id}-list`.replace(/\W/g, "_");
  let wait;
  const picked = (el) => (many ? el.value.split(/;\s*/) : [el.value]).map((text) => (el.__found || found).get(
    text,
  )).filter(Boolean);
  const value = (el) => (many ? { selected_options: picked(el) } : { selected_option: picked(el)[0] || null });
  const input = async (event) => {
    const el = event.currentTarget;
    el.__found = el.__found || found;
    if (fires(context) && !many && el.__found.has(el.value)) { fire(element, context, el, value(el)); return; }
    clearTimeout(wait);
    wait = setTimeout(async () => {
      const query = el.value.split(/;\s*/).at(-1);
      if (query.length < (element.min_query_length ?? 3)) return;
      const answer = await act(
        "options",
        { container: context.container, block_id: context.blockId, action_id: element.action_id, value: query },
        true,
      );
      const options = answer.options || (answer.option_groups || []).flatMap((g) => g.options);
      for (const option of options) el.__found.set(option.text.text, bare(option));
      el.nextElementSibling.replaceChildren(...options.map((o) => h("option", { value: o.text.text })));
    }, 250);
  };
  return h("span", { class: "external" },
    h(
      "input",
      {
        ...common(element, context),
        class: "text",
        type: "text",
        list,
        autocomplete: "off",
        placeholder: element.placeholder?.text || "Type to search",
        value: seed.map((o) => o.text.text).join("; "),
        read: (el) => ({ type: element.type, ...value(el) }),
        oninput: input,
      },
    ),
    h("datalist", { id: list, "data-own": true }));
}

function overflow(element, context) {
  const items = () => element.options.map((option) => ({
    label: option.text.text, hint: option.description?.text,
    run: (origin) => {
      if (option.url && /^https?:/i.test(option.url)) open(option.url, "_blank", "noopener");
      return fire(element, context, origin, { selected_option: bare(option) });
    },
  }));
  return h(
    "button",
    {
      ...common(element, context),
      class: "button overflow",
      type: "button",
      "aria-label": "More actions",
      "aria-haspopup": "menu",
      onclick: (event) => openMenu(event.currentTarget, items()),
    },
    "⋯",
  );
}

function dated(kind, from, to, key) {
  return (element, context) => {
    const initial = element[`initial_${key}`] ?? null;
    const value = (el) => ({ [`selected_${key}`]: el.value ? to(el.value) : null });
    const change = fires(context) && ((event) => fire(
      element,
      context,
      event.currentTarget,
      value(event.currentTarget),
    ));
    const picker = h(
      "input",
      {
        ...common(element, context),
        class: "text dated",
        type: kind,
        value: initial === null ? "" : from(initial),
        read: (el) => ({ type: element.type, ...value(el) }),
        onchange: change,
      },
    );
    return element.placeholder ? h("label", { class: "hinted" }, h("span", {}, element.placeholder.text), picker) : picker;
  };
}

const same = (text) => text;
const date = dated("date", same, same, "date");
const time = dated("time", same, same, "time");
const datetime = dated(
  "datetime-local",
  (unix) => unixToWall(unix, zone()),
  (wall) => wallToUnix(wall, zone()),
  "date_time",
);

function typed(kind, extra = {}) {
  return (element, context) => {
    const read = (el) => ({ type: element.type, value: el.value === "" ? null : el.value });
    const send = (event) => fire(element, context, event.currentTarget, { value: event.currentTarget.value || null });
    const on = element.dispatch_action_config?.trigger_actions_on || ["on_enter_pressed"];
    const attributes = {
      ...common(element, context), class: "text", read, placeholder: element.placeholder?.text || null, "data-min": element.min_length || null,
      minlength: element.min_length || null, maxlength: element.max_length || null, value: element.initial_value || "",
      oninput: context.dispatch && on.includes("on_character_entered") && send,
      onkeydown: (event) => {
        if (event.key === "Enter" && context.dispatch && !element.multiline && on.includes("on_enter_pressed")) {
          event.preventDefault();
          send(event);
        }
      },
    };
    if (element.multiline) return h("textarea", { ...attributes, rows: 3 });
    const number = kind === "number" ? {
      step: element.is_decimal_allowed ? "any" : "1",
      min: element.min_value,
      max: element.max_value,
    } : {};
    return h("input", { ...attributes, type: kind, ...number, ...extra });
  };
}

const image = (element) => h(
  "img",
  {
    class: "thumb",
    src: /^(https?:|\/|data:image)/i.test(element.image_url || "") ? element.image_url : null,
    alt: element.alt_text || "",
  },
);

function feedback(element, context) {
  const one = (part, mark) => part && h(
    "button",
    {
      type: "button",
      class: "button",
      "data-action-id": element.action_id,
      "aria-label": part.accessibility_label || null,
      onclick: (event) => fire(element, context, event.currentTarget, { value: part.value }),
    },
    mark,
    " ",
    plain(part.text.text),
  );
  return h("span", { class: "feedback" }, one(element.positive_button, "👍"), one(element.negative_button, "👎"));
}

const iconButton = (element, context) => h(
  "button",
  {
    ...common(element, context),
    type: "button",
    class: "button",
    onclick: (event) => fire(element, context, event.currentTarget, { value: element.value }),
  },
  element.icon === "trash" ? "🗑️ " : "",
  plain(element.text.text),
);

const ELEMENTS = {
  button, static_select: select, users_select: select, channels_select: select, conversations_select: select, external_select: external,
  multi_static_select: multi, multi_users_select: multi, multi_channels_select: multi, multi_conversations_select: multi, multi_external_select: external,
  overflow, checkboxes, radio_buttons: radios, datepicker: date, timepicker: time, datetimepicker: datetime, image,
  plain_text_input: typed("text"), number_input: typed("number"), email_text_input: typed("email"), url_text_input: typed("url"),
  workflow_button: button, feedback_buttons: feedback, icon_button: iconButton,
};

export function element(data, context) {
  const draw = ELEMENTS[data?.type];
  return draw ? draw(data, context) : h("span", { class: "unsupported" }, `Unsupported element: ${data?.type}`);
}
