// Keys of the desk: j and k move along the rows, Enter opens, x ticks, p packs or prints, s dispatches,
// "/" searches and Escape leaves the search, "?" lists the keys. Every page works without this file.
"use strict";

const rows = Array.from(document.querySelectorAll("[data-row]"));

function currentRow() {
  return document.activeElement.closest("[data-row]");
}

// The row last worked at is remembered: after a press, a search or a look elsewhere, keys go on there.
const tab = new URLSearchParams(location.search).get("tab") || "";
const placeKey = `row ${location.pathname} ${tab}`;
const nameOf = (row) => row.querySelector("[data-open]")?.getAttribute("href");

document.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-row]");
  if (row) sessionStorage.setItem(placeKey, JSON.stringify([rows.indexOf(row), nameOf(row)]));
});

// [its place then, its place now]: the latter is -1 where it is gone and the next one has moved up.
function remembered() {
  const [then, name] = JSON.parse(sessionStorage.getItem(placeKey) || "[0]");
  return [then, rows.findIndex((row) => name && nameOf(row) === name)];
}

function placeAfter(step) {
  const here = rows.indexOf(currentRow());
  if (here >= 0) return here + step;
  const [then, now] = remembered();
  if (now >= 0) return now + step;
  return step > 0 ? then : then - 1;
}

function move(step) {
  goTo(rows[Math.max(0, Math.min(placeAfter(step), rows.length - 1))]);
}

function goTo(row) {
  (row?.querySelector("[data-open]") || row?.querySelector("input"))?.focus();
  row?.scrollIntoView({ block: "nearest" });
}

function goBack() {
  document.activeElement.blur();
  goTo(rows[remembered()[1]]);
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
  else goBack();
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
  if (event.key === "Escape" && event.target.matches('[data-key="/"]')) {
    event.preventDefault(); // what was typed stays
    return goBack();
  }
  const typing = event.target.closest("input:not([type=checkbox], [type=radio]), select, textarea");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const action = actions[event.key];
  if (action) {
    event.preventDefault();
    action();
  }
});

// The fold at the head closes by Escape, and when something else is pressed.
const account = document.querySelector(".account");
document.addEventListener("click", (event) => {
  if (account && !account.contains(event.target)) account.open = false;
});
account?.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  account.open = false;
  account.querySelector("summary").focus();
});

// One press, one request: the server takes a second one as harmless, the hand need not know.
document.addEventListener("submit", (event) => {
  const opensAnother = event.submitter?.formTarget === "_blank"; // this page stays for more
  if (event.target.method !== "post" || opensAnother) return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});

// A page brought back by the back button may send its forms again.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// The box in the head of a table ticks all of its rows; how many are ticked is told beside the
// buttons. The link that does the same without this file is not needed then.
for (const all of document.querySelectorAll("[data-all]")) {
  const boxes = Array.from(document.querySelectorAll(`input[name="${all.dataset.all}"]`));
  const count = document.getElementById(`${all.dataset.all}-count`);
  const tell = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    if (count) count.textContent = ticked ? `(${ticked})` : "";
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    tell();
  });
  for (const box of boxes) box.addEventListener("change", tell);
  window.addEventListener("pageshow", tell);
}
for (const link of document.querySelectorAll("[data-plain]")) link.hidden = true;
