// The SPARQL editor (Yasqe) in place of the text field, on the query page only. Without it, the field works.
(() => {
  "use strict";
  const field = document.getElementById("query");
  if (!field || !window.Yasqe) return;
  const holder = document.createElement("div");
  holder.dir = "ltr";
  field.before(holder);
  const editor = new window.Yasqe(holder, {
    value: field.value,
    // Nothing is kept, shared or asked elsewhere: the form sends the query, and so its address is the link.
    persistenceId: null,
    consumeShareLink: null,
    createShareableLink: null,
    createShortLink: undefined,
    prefixCcApi: null,
    autocompleters: ["prefixes", "variables"],
    showQueryButton: false,
    pluginButtons: undefined,
    resizeable: false,
    editorHeight: "20rem",
    lineWrapping: true,
    // Tab leaves the editor, as any other field (WCAG 2.1.2).
    extraKeys: { Tab: false, "Shift-Tab": false },
  });
  const typed = holder.querySelector("textarea");
  typed.setAttribute("aria-label", field.labels[0].textContent.trim());
  field.labels[0].addEventListener("click", () => editor.focus());
  field.hidden = true;
  const back = () => { field.value = editor.getValue(); };
  editor.on("change", back);
  field.form.addEventListener("submit", back);
})();
