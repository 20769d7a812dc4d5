// Rating by keyboard: inside a row the digits choose a level, "-" is "not assessed" (0 as well, on a scale without it),
// j/k and up/down go to the next row, Enter to the evidence (it would send the form otherwise) and Escape back from there.
// Only while the focus is on a row's own buttons or heading, so that nothing typed in a note is ever taken for a rating.

const live = document.querySelector("[data-rating-live]");
const rows = [...document.querySelectorAll("[data-dimension]")];
let pending = "";
let pendingTimer = 0;

function inputs(row) {
  return [...row.querySelectorAll("[data-rating] input[type=radio]")];
}

function choose(row, input) {
  row.open = true;
  input.checked = true;
  input.focus();
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
  const anchor = document.getElementById(input.getAttribute("aria-describedby"));
  if (live) live.textContent = anchor ? anchor.textContent : input.labels[0].textContent;
}

// Two-digit levels (a scale to 10) are typed within a second: 1 then 0.
function typed(row, digit) {
  const find = (value) => inputs(row).find((input) => input.value === value);
  const wanted = (pending && find(pending + digit)) || find(digit) || (digit === "0" && find("none"));
  clearTimeout(pendingTimer);
  pending = digit;
  pendingTimer = setTimeout(() => (pending = ""), 1000);
  if (wanted) choose(row, wanted);
}

function go(row, step) {
  const next = rows[rows.indexOf(row) + step];
  if (!next) return;
  next.open = true;
  rate(next);
  next.scrollIntoView({ block: "nearest" });
}

function rate(row) {
  const known = inputs(row);
  (known.find((input) => input.checked) ?? known[0])?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const row = event.target.closest?.("[data-dimension]");
  if (!row) return;
  const head = row.querySelector("summary");
  if (event.key === "Escape" && event.target.matches(".evidence textarea")) return rate(row);
  if (event.target !== head && !event.target.matches("[data-rating] input")) return;
  const down = event.key === "j" || event.key === "ArrowDown";
  const up = event.key === "k" || event.key === "ArrowUp";
  if (/^[0-9]$/.test(event.key)) typed(row, event.key);
  else if (event.key === "-") choose(row, inputs(row).find((input) => input.value === "none"));
  else if (down || up) go(row, down ? 1 : -1);
  else if (event.key === "Enter" && event.target !== head) row.querySelector(".evidence textarea").focus();
  else return;
  event.preventDefault();
});

document.addEventListener("change", (event) => {
  const row = event.target.closest?.("[data-dimension]");
  const state = row?.querySelector("[data-dimension-state]");
  if (!state || !event.target.matches("[data-rating] input")) return;
  const { value, dataset } = event.target;
  state.textContent = dataset.words ?? (value === "none" ? "not assessed" : value);
});
