// Keeps "2 of 8 rated" true while someone rates. "Not assessed" is an answer and counts.

const box = document.querySelector("[data-rated]");
const groups = [...document.querySelectorAll("[data-rating]")];

function count() {
  const done = groups.filter((group) => group.querySelector("input:checked")).length;
  const bar = box.querySelector("progress");
  const text = `${done} of ${groups.length} rated`;
  bar.value = done;
  bar.max = groups.length;
  bar.setAttribute("aria-label", text);
  bar.nextElementSibling.textContent = text;
}

if (box && groups.length) document.addEventListener("change", (event) => event.target.matches("[data-rating] input") && count());
