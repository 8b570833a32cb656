// On a telephone each row of a table becomes a card: a cell says before itself which column it stands in.
// The roles keep it a table for readers of the screen. Without scripts the table scrolls instead.
const ROLES = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TH: "columnheader", TD: "cell" };

function label(within) {
  for (const table of within.querySelectorAll(".office-table:not(.stacks)")) {
    const heads = [...table.querySelectorAll("thead th")].map((head) => [...head.childNodes].map((part) => part.textContent.trim()).filter(Boolean).join(" "));
    if (!heads.length) continue;
    for (const part of [table, ...table.querySelectorAll("thead,tbody,tr,th,td")]) part.setAttribute("role", part.scope === "row" ? "rowheader" : ROLES[part.tagName]);
    for (const row of table.querySelectorAll("tbody tr")) {
      let column = 0;
      for (const cell of row.cells) {
        if (column && cell.colSpan === 1) cell.dataset.head = heads[column] || "";
        column += cell.colSpan;
      }
    }
    table.classList.add("stacks");
  }
}
// The frame's library calls what it makes scroll “scrollable content”, in English: each bears the page's title instead.
addEventListener("load", () => {
  for (const box of document.querySelectorAll(".simplebar-content-wrapper")) box.setAttribute("aria-label", document.title);
  setTimeout(nameLists);
});

// What is chosen in a list that is searched bears the name of its field; the library, which comes last, names it by its
// empty self.
function nameLists() {
  for (const list of document.querySelectorAll("select.admin-autocomplete")) {
    const shown = document.getElementById(`select2-${list.id}-container`);
    if (shown && list.labels[0]) shown.setAttribute("aria-label", list.labels[0].textContent.trim());
  }
}

addEventListener("DOMContentLoaded", () => {
  label(document);
  document.body.addEventListener("htmx:load", (event) => label(event.target));
});

// The frame's own script writes the name of a chosen file into the first text field near it, which here is a field of
// the form (the product's name). The browser shows the chosen file anyway.
addEventListener("change", (event) => event.target.type === "file" && event.stopPropagation(), true);

// A form is sent once, however often its button is clicked; a page that the browser brings back may send again.
addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  keep(form);
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

// What was typed outlives a session that ended meanwhile: it waits in this window until the form is open again.
const TYPED = "office-typed";
const typedIn = (form) => [...form.elements].filter((one) => one.name && !["hidden", "password", "file", "submit"].includes(one.type));

function keep(form) {
  if (!form.closest(".office-form")) return;
  const fields = typedIn(form).map((one) => [one.name, one.value, one.type === "select-multiple" ? [...one.selectedOptions].map((option) => option.value) : Boolean(one.checked)]);
  sessionStorage.setItem(TYPED, JSON.stringify({ path: location.pathname, fields }));
}

function bringBack() {
  const kept = JSON.parse(sessionStorage.getItem(TYPED) || "null");
  if (!kept) return;
  if (document.querySelector("#login-form, [data-form-too-old]")) return sessionStorage.setItem(TYPED, JSON.stringify({ ...kept, lost: true }));
  const form = document.querySelector(".office-form form");
  if (kept.lost && !(form && location.pathname === kept.path)) return;
  sessionStorage.removeItem(TYPED);
  if (!kept.lost) return;
  const left = [...kept.fields];
  for (const one of typedIn(form)) {
    const place = left.findIndex(([name, value]) => name === one.name && (!["checkbox", "radio"].includes(one.type) || value === one.value));
    if (place < 0) continue;
    const [[, value, chosen]] = left.splice(place, 1);
    if (["checkbox", "radio"].includes(one.type)) one.checked = chosen;
    else if (one.type === "select-multiple") for (const option of one.options) option.selected = chosen.includes(option.value);
    else one.value = value;
  }
  form.parentElement.querySelector("[data-typed-again]")?.removeAttribute("hidden");
}
addEventListener("DOMContentLoaded", bringBack);
