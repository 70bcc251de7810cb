"use strict";
// Comfort only: the pages say everything without it.

// Tables of class "sortable" get buttons in their heads.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const key = (row, i) => {
    const cell = row.cells[i];
    return cell.dataset.value === undefined ? cell.textContent.trim() : Number(cell.dataset.value);
  };
  heads.forEach((head, i) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const rows = [...body.rows].sort((a, b) => {
        const x = key(a, i), y = key(b, i);
        const numbers = typeof x === "number" && typeof y === "number";
        return (numbers ? x - y : String(x).localeCompare(String(y), "en", { numeric: true })) * (up ? 1 : -1);
      });
      body.append(...rows);
    });
  });
}

// A legend entry of a rival hides and shows it.
for (const figure of document.querySelectorAll("figure.result")) {
  for (const item of figure.querySelectorAll(".legend li")) {
    const swatch = item.querySelector("path.rival");
    if (!swatch) continue;
    const style = [...swatch.classList].find((name) => /^rival-\d$/.test(name));
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-pressed", "true");
    button.append(...item.childNodes);
    item.append(button);
    button.addEventListener("click", () => {
      const show = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(show));
      figure.classList.toggle("hide-" + style, !show);
    });
  }
}
