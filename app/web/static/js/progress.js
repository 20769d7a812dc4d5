// Keeps "2 of 5 rated, about 6 minutes left" true while someone rates. "Not assessed" is an answer and counts. Only the rows
// in focus are counted, or all of them where there is no focus: the others are nobody's duty.

const box = document.querySelector("[data-rated]");
const focus = document.querySelectorAll(".dimension--focus [data-rating]");
const groups = [...(focus.length ? focus : document.querySelectorAll("[data-rating]"))];

function left(rows) {
  const minutes = rows * Number(box.dataset.minutesEach ?? 0);
  return minutes ? `, about ${minutes} ${minutes === 1 ? "minute" : "minutes"} left` : "";
}

function count() {
  const done = groups.filter((group) => group.querySelector("input:checked")).length;
  const bar = box.querySelector("progress");
  const text = `${done} of ${groups.length} rated`;
  bar.value = done;
  bar.max = groups.length;
  bar.setAttribute("aria-label", text);
  bar.nextElementSibling.textContent = text + left(groups.length - done);
}

if (box && groups.length) document.addEventListener("change", (event) => event.target.matches("[data-rating] input") && count());
