// Arrow keys between the cells of a grid; a cell's evidence note opens while the cell has the focus.

function neighbour(cell, rows, columns) {
  const row = cell.parentElement;
  const table = row.closest("table");
  const all = [...table.tBodies].flatMap((body) => [...body.rows]);
  let y = all.indexOf(row);
  let x = cell.cellIndex;
  for (;;) {
    y += rows;
    x += columns;
    const next = all[y]?.cells[x];
    if (!next) return null;
    const button = next.querySelector(".grid__open");
    if (button) return button;
  }
}

const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

document.addEventListener("keydown", (event) => {
  const step = steps[event.key];
  const button = event.target.closest?.(".grid__open");
  if (!step || !button) return;
  event.preventDefault();
  neighbour(button.closest("td"), ...step)?.focus();
});

document.addEventListener("focusin", (event) => {
  const button = event.target.closest?.(".grid__open");
  if (!button?.matches(":focus-visible")) return;
  button.popoverTargetElement?.showPopover({ source: button });
});
