// Suggestions while somebody types: a combobox whose list does not complete the text by itself
// (ARIA Authoring Practices Guide, "Editable Combobox With List Autocomplete"). Without it, the field searches.
(() => {
  "use strict";
  const PAUSE = 150; // milliseconds without a key
  const FEWEST = 2; // letters
  let waiting = 0;
  let asked = null; // stops the request under way
  let active = -1;

  const fieldOf = (event) => (event.target.closest ? event.target.closest("input[data-suggestions]") : null);
  const listOf = (field) => document.getElementById(`${field.id}-suggestions`);
  const options = (field) => [...listOf(field).children];

  function prepare(field) {
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", listOf(field).id);
    if (!field.hasAttribute("aria-expanded")) field.setAttribute("aria-expanded", "false");
  }

  function close(field) {
    clearTimeout(waiting);
    if (asked) asked.abort();
    listOf(field).hidden = true;
    field.setAttribute("aria-expanded", "false");
    mark(field, -1);
  }

  function mark(field, place) {
    active = place;
    options(field).forEach((option, number) => option.setAttribute("aria-selected", String(number === place)));
    const option = options(field)[place];
    if (option) {
      field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else field.removeAttribute("aria-activedescendant");
  }

  function show(field, found) {
    listOf(field).replaceChildren(
      ...found.options.map((suggestion, number) => {
        const option = document.createElement("li");
        option.id = `${field.id}-suggestion-${number}`;
        option.setAttribute("role", "option");
        option.dataset.url = suggestion.url;
        for (const [name, text, language] of [
          ["text", suggestion.text, suggestion.language],
          ["note", suggestion.note, ""],
        ]) {
          const part = document.createElement("span");
          part.className = `erpd-suggestions__${name}`;
          part.textContent = text;
          if (language) part.lang = language;
          option.append(part, " ");
        }
        return option;
      }),
    );
    mark(field, -1);
    const some = found.options.length > 0;
    listOf(field).hidden = !some;
    field.setAttribute("aria-expanded", String(some));
    document.getElementById(`${field.id}-told`).textContent = found.told;
  }

  async function ask(field) {
    if (asked) asked.abort();
    asked = new AbortController();
    const typed = field.value;
    try {
      const address = `${field.dataset.suggestions}?q=${encodeURIComponent(typed)}`;
      const answer = await fetch(address, { signal: asked.signal, headers: { accept: "application/json" } });
      const found = answer.ok ? await answer.json() : null;
      if (found && typed === field.value && document.activeElement === field) show(field, found);
    } catch {
      // Left, or typed on: there is nothing to suggest.
    }
  }

  document.querySelectorAll("input[data-suggestions]").forEach(prepare);
  document.addEventListener("focusin", (event) => {
    const field = fieldOf(event);
    if (field) prepare(field);
  });
  document.addEventListener("focusout", (event) => {
    const field = fieldOf(event);
    if (field) close(field);
  });
  document.addEventListener("input", (event) => {
    const field = fieldOf(event);
    if (!field) return;
    clearTimeout(waiting);
    if (field.value.trim().length < FEWEST) close(field);
    else waiting = setTimeout(ask, PAUSE, field);
  });
  document.addEventListener("keydown", (event) => {
    const field = fieldOf(event);
    if (!field || event.isComposing) return;
    const isOpen = !listOf(field).hidden;
    const number = options(field).length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (isOpen) {
        const step = event.key === "ArrowDown" ? 1 : -1; // the place after the last one is the field itself
        mark(field, ((active + 1 + step + number + 1) % (number + 1)) - 1);
      } else if (field.value.trim().length >= FEWEST) ask(field);
      event.preventDefault();
    } else if (event.key === "Escape" && isOpen) {
      close(field);
      event.preventDefault(); // the next one empties the field
    } else if (event.key === "Enter") {
      const option = isOpen ? options(field)[active] : null;
      close(field);
      if (option) {
        event.preventDefault();
        location.assign(option.dataset.url);
      }
    }
  });
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest(".erpd-suggestions")) event.preventDefault(); // the field keeps the focus
  });
  document.addEventListener("click", (event) => {
    const option = event.target.closest(".erpd-suggestions [role=option]");
    if (option) location.assign(option.dataset.url);
  });
})();
