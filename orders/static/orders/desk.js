// Keys of the desk: j and k move along the rows, Enter opens, x ticks, p packs or prints, s dispatches,
// "/" searches, "?" lists the keys. Every page works without this file.
"use strict";

const rows = Array.from(document.querySelectorAll("[data-row]"));

function currentRow() {
  return document.activeElement.closest("[data-row]");
}

function move(step) {
  const index = rows.indexOf(currentRow());
  const next = rows[index < 0 ? 0 : index + step];
  if (next) {
    next.querySelector("[data-open]").focus();
    next.scrollIntoView({ block: "nearest" });
  }
}

// The row's own button, or on the page of one order the only one.
function press(key) {
  const place = currentRow() || (rows.length ? null : document);
  const target = place && place.querySelector(`[data-key="${key}"]`);
  if (target) target.click();
}

function toggleKeys() {
  const keys = document.getElementById("keys");
  keys.open = !keys.open;
  if (keys.open) keys.querySelector("summary").focus();
}

const actions = {
  j: () => move(1),
  k: () => move(-1),
  x: () => currentRow()?.querySelector('input[type="checkbox"]')?.click(),
  p: () => press("p"),
  s: () => press("s"),
  "/": () => document.querySelector('[data-key="/"]')?.focus(),
  "?": toggleKeys,
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const action = actions[event.key];
  if (action) {
    event.preventDefault();
    action();
  }
});

// One press, one request: the server takes a second one as harmless, the hand need not know.
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});

// A page brought back by the back button may send its forms again.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// The box in the head of a table ticks all of its rows.
for (const all of document.querySelectorAll("[data-all]")) {
  all.addEventListener("change", () => {
    for (const box of document.querySelectorAll(`input[name="${all.dataset.all}"]`)) {
      box.checked = all.checked;
    }
  });
}
