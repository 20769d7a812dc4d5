// On a narrow screen the main navigation scrolls sideways: it opens at the place where the reader is.

const current = document.querySelector(".mainnav [aria-current]");
const nav = current?.closest(".mainnav");

function show() {
  const [item, frame] = [current.getBoundingClientRect(), nav.getBoundingClientRect()];
  nav.scrollLeft += item.left + item.width / 2 - (frame.left + frame.width / 2);
}

// Only the page's own font tells how wide the items are.
if (nav) document.fonts.ready.then(show);
