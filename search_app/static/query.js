// Turns the query field into an editor with suggestions when it is first entered; the form works without. YASQE is
// loaded only then, because it is heavier than all the rest of the page.
const field = document.getElementById("query");
if (field) field.addEventListener("focus", loadEditor, { once: true });

function loadEditor() {
  const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: field.dataset.style });
  const script = Object.assign(document.createElement("script"), { src: field.dataset.editor });
  script.addEventListener("load", () => startEditor(field, fetch(field.dataset.terms).then((answer) => answer.json())));
  document.head.append(style, script);
}

function startEditor(field, terms) {
  const form = document.getElementById("query-form");
  const host = document.createElement("div");
  field.before(host);
  Yasqe.defaults.persistenceId = null;
  Yasqe.defaults.autocompleters = ["variables"];
  Yasqe.registerAutocompleter(completer("insek", (token) => !/^[?$]/.test(token), terms));
  const run = () => form.requestSubmit(form.querySelector("button[name=run]"));
  // Tab leaves the field, as everywhere on the page.
  Object.assign(Yasqe.defaults.extraKeys, { Tab: false, "Shift-Tab": false, "Ctrl-Enter": run, "Cmd-Enter": run });
  const editor = new Yasqe(host, {
    value: field.value,
    showQueryButton: false,
    createShareableLink: null,
    resizeable: true,
  });
  editor.setCursor(editor.posFromIndex(field.selectionStart));
  editor.focus();
  field.hidden = true;
  document.querySelector("label[for=query]").addEventListener("click", () => editor.focus());
  editor.getInputField().setAttribute("aria-label", document.querySelector("label[for=query]").textContent);
  document.getElementById("shortcuts").hidden = false;
  form.addEventListener("submit", () => { field.value = editor.getValue(); });
  terms.then(({ prefixes }) => {
    let waiting;
    editor.on("change", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => addMissingPrefixes(editor, prefixes), 300);
    });
  });
}

// Declares the known prefixes that the query uses.
function addMissingPrefixes(editor, prefixes) {
  const text = editor.getValue();
  const declared = editor.getPrefixesFromQuery();
  const missing = Object.entries(prefixes).filter(
    ([prefix]) => !(prefix in declared) && new RegExp(`(^|[^\\w:<?$"'-])${prefix}:`).test(text),
  );
  if (missing.length > 0) editor.addPrefixes(Object.fromEntries(missing));
}

// "Massnahme" and "Maßnahme" are the same word to who types.
function folded(text) {
  return text.toLowerCase().replace(/ß/g, "ss").replace(/ä/g, "ae").replace(/ö/g, "oe").replace(/ü/g, "ue");
}

// Suggests our classes and properties, and all shared concepts, by name or by label.
function completer(name, fits, terms) {
  const labels = new Map();
  return {
    name,
    bulk: false,
    autoShow: false,
    isValidCompletionPosition: (editor) => fits(editor.getCompleteToken().string),
    get: async (_editor, token) => {
      const wanted = folded((token?.string ?? "").replace(/^[<"]|[>"]$/g, "").trim());
      const word = wanted.replace(/^\w*:/, "");
      const { terms: ours, concepts } = await terms;
      const found = [...ours, ...concepts]
        .filter((term) => folded(term.name).includes(wanted) || folded(term.label).includes(word))
        .slice(0, 60);
      found.forEach((term) => labels.set(term.name, term.label));
      return found.map((term) => term.name);
    },
    postprocessHints: (_editor, hints) =>
      hints.map((hint) => ({ ...hint, displayText: `${hint.text}  ${(labels.get(hint.text) ?? "").slice(0, 90)}` })),
  };
}
