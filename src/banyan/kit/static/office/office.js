// On a telephone each row of a table becomes a card: a cell says before itself which column it stands in.
// The roles keep it a table for readers of the screen. Without scripts the table scrolls instead.
const ROLES = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TH: "columnheader", TD: "cell" };

function label(within) {
  for (const table of within.querySelectorAll(".office-table:not(.stacks)")) {
    const heads = [...table.querySelectorAll("thead th")].map((head) => head.textContent.trim());
    if (!heads.length) continue;
    for (const part of [table, ...table.querySelectorAll("thead,tbody,tr,th,td")]) part.setAttribute("role", ROLES[part.tagName]);
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
addEventListener("DOMContentLoaded", () => {
  label(document);
  document.body.addEventListener("htmx:load", (event) => label(event.target));
});

// The frame's own script writes the name of a chosen file into the first text field near it, which here is a field of
// the form (the product's name). The browser shows the chosen file anyway.
addEventListener("change", (event) => event.target.type === "file" && event.stopPropagation(), true);
