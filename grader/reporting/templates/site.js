"use strict";

const order = new Intl.Collator("en", { numeric: true });

/* What a row is sorted by; null where its cell holds nothing. */
function key(row, column, numeric) {
  const cell = row.cells[column];
  const said = cell.dataset.value ?? cell.textContent.trim();
  if (!numeric) return said === "" || said === "–" ? null : said;
  const number = Number.parseFloat(said);
  return Number.isNaN(number) ? null : number;
}

/* Equals keep their order; rows without a value come last, whichever way it goes. */
function compare(a, b, sign) {
  if (a === null || b === null) return (a === null) - (b === null);
  return sign * (typeof a === "number" ? a - b : order.compare(a, b));
}

function sort(table, head) {
  const sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
  const numeric = head.dataset.sort === "number";
  const keyed = Array.from(table.tBodies[0].rows, (row) => [key(row, head.cellIndex, numeric), row]);
  keyed.sort(([a], [b]) => compare(a, b, sign));
  table.tBodies[0].append(...keyed.map(([, row]) => row));
  for (const other of table.querySelectorAll("[data-sort]")) other.setAttribute("aria-sort", "none");
  head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
}

function makeSortable(table) {
  for (const head of table.querySelectorAll("[data-sort]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(table, head));
    head.append(button);
    head.setAttribute("aria-sort", "none");
  }
}

function makeSearchable(search) {
  const input = search.querySelector("input");
  const rows = document.querySelectorAll("tr[data-find]");
  const listed = document.querySelectorAll("#students tr[data-find]");
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !row.dataset.find.toLowerCase().includes(wanted);
    const kept = Array.from(listed).filter((row) => !row.hidden).length;
    search.querySelector("output").textContent = wanted ? `${kept} of ${listed.length}` : "";
  });
  search.hidden = false;
}

document.querySelectorAll("table.sortable").forEach(makeSortable);
document.querySelectorAll("[data-search]").forEach(makeSearchable);
