// Shows how much of an item's time is left, the same for everybody in the room; past its end how far over it is. The moment
// comes from the server, and so does its own clock, so that a wrong clock in the browser changes nothing. What is said aloud
// changes three times only: at one minute, at the end, and never by the second.

const box = document.querySelector("[data-clock]");
const shown = box?.querySelector("[data-clock-left]");
const said = box?.querySelector("[data-clock-said]");
const until = Date.parse(box?.dataset.until ?? "");
const ahead = Date.parse(box?.dataset.now ?? "") - Date.now();

function two(number) {
  return String(number).padStart(2, "0");
}

function tell(seconds) {
  const words = seconds > 60 ? "" : seconds > 0 ? "One minute left." : "The time for this item is over.";
  if (said.textContent !== words) said.textContent = words;
}

function show() {
  const seconds = Math.ceil((until - Date.now() - ahead) / 1000);
  const whole = Math.abs(seconds);
  shown.textContent = `${Math.floor(whole / 60)}:${two(whole % 60)}${seconds < 0 ? " over" : " left"}`;
  box.toggleAttribute("data-over", seconds < 0);
  tell(seconds);
}

if (shown && Number.isFinite(until)) {
  show();
  setInterval(show, 1000);
}
