// Small comforts: Esc closes the language menu; whoever asks for the results leaves the panel of filters.
(() => {
  "use strict";
  document.addEventListener("keydown", (event) => {
    const menu = document.getElementById("languages");
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".erpd-filters__show a");
    if (link) link.closest("details").open = false; // the link itself leads the focus to the count
  });
})();
