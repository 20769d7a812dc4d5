// Marks, in the list of what is on the page, the heading that is being read, and brings the part that is open into the
// strip of parts. Without it both are links all the same.

const strip = document.querySelector(".parts");
const open = strip?.querySelector("[aria-current]");
if (open && strip.scrollWidth > strip.clientWidth) strip.scrollLeft = open.offsetLeft - strip.offsetLeft - strip.clientWidth / 3;

for (const list of document.querySelectorAll("[data-contents]")) {
  const links = new Map();
  for (const link of list.querySelectorAll("a")) {
    const place = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (place) links.set(place, link);
  }
  const places = [...links.keys()];
  let current = null;

  const mark = () => {
    const line = innerHeight / 4;
    // The last heading above the line is the one that is read; at the very top it is the first.
    const read = places.findLast((place) => place.getBoundingClientRect().top <= line) ?? places[0];
    if (read === current) return;
    links.get(current)?.removeAttribute("aria-current");
    current = read;
    const link = links.get(read);
    link?.setAttribute("aria-current", "true");
    const side = list.closest(".reader__side");
    if (!link || !side || side.scrollHeight <= side.clientHeight) return;
    const [inside, frame] = [link.getBoundingClientRect(), side.getBoundingClientRect()];
    if (inside.top < frame.top || inside.bottom > frame.bottom) side.scrollTop += inside.top - frame.top - frame.height / 2;
  };

  let waiting = false;
  const later = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      mark();
    });
  };
  addEventListener("scroll", later, { passive: true });
  addEventListener("resize", later);
  mark();
}
