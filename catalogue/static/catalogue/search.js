/* Suggestions while somebody types: a combobox as ARIA 1.2 describes it. Without this script
   the form searches just the same. */

"use strict";

for (const form of document.querySelectorAll("form[data-suggest]")) {
  const input = form.querySelector("input[type=search]");
  const list = document.createElement("ul");
  const news = document.createElement("p");
  let waiting = 0;
  let asking = new AbortController();
  let active = -1;

  list.id = `${input.id}-suggestions`;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.dataset.list);
  list.hidden = true;
  news.className = "visually-hidden";
  news.setAttribute("role", "status");
  input.parentElement.append(list);
  form.append(news);
  for (const [name, value] of [
    ["role", "combobox"],
    ["aria-autocomplete", "list"],
    ["aria-expanded", "false"],
    ["aria-controls", list.id],
  ]) {
    input.setAttribute(name, value);
  }

  function close() {
    clearTimeout(waiting);
    asking.abort();
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    mark(-1);
  }

  function mark(place) {
    active = place;
    [...list.children].forEach((option, at) =>
      option.setAttribute("aria-selected", String(at === place)),
    );
    const option = list.children[place];
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  function optionFor(suggestion, at) {
    const option = document.createElement("li");
    option.id = `${list.id}-${at}`;
    option.setAttribute("role", "option");
    option.dataset.url = suggestion.url;
    const text = document.createElement("span");
    text.textContent = suggestion.text;
    text.dir = "auto";
    if (suggestion.language) text.lang = suggestion.language;
    option.append(text);
    if (suggestion.symbol && suggestion.symbol !== suggestion.text) {
      const symbol = document.createElement("small");
      symbol.textContent = suggestion.symbol;
      symbol.dir = "ltr";
      option.append(" ", symbol);
    }
    return option;
  }

  function show(suggestions) {
    list.replaceChildren(...suggestions.map(optionFor));
    mark(-1);
    list.hidden = suggestions.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    news.textContent = list.hidden
      ? form.dataset.none
      : form.dataset.some.replace("{count}", suggestions.length);
  }

  async function ask() {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    try {
      const address = `${form.dataset.suggest}?${new URLSearchParams({ q: input.value })}`;
      const answer = await fetch(address, { signal, credentials: "omit" });
      if (!answer.ok) return;
      const { suggestions } = await answer.json();
      if (!signal.aborted) show(suggestions);
    } catch {
      /* Gone on typing, or off line: the form still searches. */
    }
  }

  function follow(option) {
    close();
    location.assign(option.dataset.url);
  }

  input.addEventListener("input", () => {
    close();
    if (input.value.trim().length > 1) waiting = setTimeout(ask, 150);
    else news.textContent = "";
  });

  input.addEventListener("keydown", (event) => {
    const last = list.children.length - 1;
    if (event.isComposing || list.hidden) return;
    if (event.key === "ArrowDown") mark(active < last ? active + 1 : -1);
    else if (event.key === "ArrowUp") mark(active < 0 ? last : active - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && active >= 0) follow(list.children[active]);
    else return;
    event.preventDefault();
  });

  input.addEventListener("blur", close);
  form.addEventListener("submit", close);
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) follow(option);
  });
}
