// Turns the query field into an editor with suggestions where YASQE is there; the form works without.
const field = document.getElementById("query");
if (field && window.Yasqe) {
  const terms = fetch(field.dataset.terms).then((answer) => answer.json());
  startEditor(field, terms);
}

function startEditor(field, terms) {
  const form = document.getElementById("query-form");
  const host = document.createElement("div");
  field.before(host);
  Yasqe.defaults.persistenceId = null;
  Yasqe.defaults.autocompleters = ["variables"];
  Yasqe.registerAutocompleter(completer("insek", (token) => !/^[?$]/.test(token), terms));
  const editor = new Yasqe(host, {
    value: field.value,
    showQueryButton: false,
    createShareableLink: null,
    resizeable: true,
    extraKeys: { Tab: false, "Shift-Tab": false, Esc: () => document.querySelector("#query-form button[name=run]").focus() },
  });
  field.hidden = true;
  document.querySelector("label[for=query]").addEventListener("click", () => editor.focus());
  editor.getInputField().setAttribute("aria-label", document.querySelector("label[for=query]").textContent);
  document.getElementById("shortcuts").hidden = false;
  form.addEventListener("submit", () => { field.value = editor.getValue(); });
}

// Suggests our classes and properties, and all shared concepts, by name or by label.
function completer(name, fits, terms) {
  return {
    name,
    bulk: false,
    autoShow: false,
    isValidCompletionPosition: (editor) => fits(editor.getCompleteToken().string),
    get: async (_editor, token) => {
      const wanted = (token?.string ?? "").replace(/^[<"]|[>"]$/g, "").toLowerCase();
      const { terms: ours, concepts } = await terms;
      return [...ours, ...concepts]
        .filter((term) => term.name.toLowerCase().includes(wanted) || term.label.toLowerCase().includes(wanted.replace(/^insek:/, "")))
        .slice(0, 60)
        .map((term) => `${term.name} # ${term.label}`);
    },
    postprocessSuggestion: (_editor, _token, suggestion) => suggestion.split(" # ")[0],
  };
}
