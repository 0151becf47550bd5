// Small comforts: Esc closes the language menu; whoever asks for the results leaves the panel of filters;
// whoever leaves a form that keeps what is typed, without saving it, is asked; and files that are too large
// together are not sent, so that what was typed stays.
(() => {
  "use strict";
  document.addEventListener("keydown", (event) => {
    const menu = document.getElementById("languages");
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  const form = document.getElementById("the-form");
  if (form) {
    let unsaved = "unsaved" in form.dataset;
    form.addEventListener("input", () => { unsaved = true; });
    form.addEventListener("submit", () => { unsaved = false; });
    form.querySelector("[data-discards]")?.addEventListener("click", () => { unsaved = false; });
    window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
  }
  document.addEventListener("submit", (event) => {
    const told = event.target.querySelector("[data-most-bytes]");
    if (!told) return;
    const chosen = [...event.target.querySelectorAll("input[type=file]")].flatMap((one) => [...one.files]);
    const size = chosen.reduce((sum, file) => sum + file.size, 0);
    told.hidden = size <= Number(told.dataset.mostBytes);
    if (told.hidden) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // it was not sent, and so not saved
    told.focus();
  }, true);
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".erpd-filters__show a");
    if (link) link.closest("details").open = false; // the link itself leads the focus to the count
  });
})();
