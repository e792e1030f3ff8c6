// A small "are you sure?" dialog, as an element's `confirm` object asks for.
import { h } from "./dom.js";
import { plain, textObject } from "./mrkdwn.js";

export function confirmThen(confirm, run, origin) {
  const close = () => { dialog.close(); dialog.remove(); origin?.focus?.(); };
  const yes = h(
    "button",
    {
      type: "button",
      class: `button ${confirm.style === "danger" ? "danger" : "primary"}`,
      onclick: () => { close(); run(); },
    },
    plain(confirm.confirm?.text || "Yes"),
  );
  const dialog = h("dialog", {
    class: "confirm",
    "aria-label": confirm.title?.text || "Confirm",
    oncancel: (event) => { event.preventDefault(); event.stopPropagation(); close(); },
  },
    h("h2", null, plain(confirm.title?.text || "Are you sure?")), h("div", null, textObject(confirm.text)),
    h(
      "footer",
      null,
      h("button", { type: "button", class: "button", onclick: close }, plain(confirm.deny?.text || "Cancel")),
      yes,
    ));
  document.body.append(dialog);
  dialog.showModal();
  yes.focus();
}
