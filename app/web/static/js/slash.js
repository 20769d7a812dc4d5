// The key / brings the reader to the search, wherever no text is being typed.

const field = document.getElementById("site-search");
const sign = document.querySelector(".tool--search");
const TYPED = "input, textarea, select, [contenteditable]";

function seek(event) {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TYPED)) return;
  event.preventDefault();
  // On a narrow screen the field gives way to a sign that leads to the search page.
  if (!field.checkVisibility()) {
    if (sign.pathname === location.pathname) document.querySelector("main input[type=search]").focus();
    else sign.click();
    return;
  }
  field.focus();
  field.select();
}

if (field && sign) document.addEventListener("keydown", seek);
