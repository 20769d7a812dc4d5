// Shows only the rows of a table that contain what was typed. Filtering by address is the server's; this only narrows the page.

for (const box of document.querySelectorAll("[data-filter]")) {
  const table = document.getElementById(box.dataset.filter);
  const input = box.querySelector("input");
  const output = box.querySelector("output");
  if (!table || !input) continue;
  const rows = [...table.tBodies[0].rows];
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLocaleLowerCase();
    const shown = rows.filter((row) => {
      row.hidden = !row.textContent.toLocaleLowerCase().includes(wanted);
      return !row.hidden;
    });
    output.textContent = wanted ? `${shown.length} of ${rows.length} shown` : "";
  });
  box.hidden = false;
}
