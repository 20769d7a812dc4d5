// A form goes out once. The button says that it is on its way; the server's idempotency key stays the real guard.

const WAIT_FOR_DOWNLOAD = 8000;
const sent = new WeakSet();

function release(form, button, words) {
  sent.delete(form);
  button?.removeAttribute("aria-disabled");
  if (words) words[0].textContent = words[1];
}

function mark(form, button) {
  button?.setAttribute("aria-disabled", "true");
  const label = button?.querySelector("span");
  const words = label && button.dataset.busy ? [label, label.textContent] : null;
  if (words) words[0].textContent = `${button.dataset.busy}…`;
  setTimeout(() => release(form, button, words), WAIT_FOR_DOWNLOAD);
  window.addEventListener("pageshow", () => release(form, button, words), { once: true });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  mark(form, event.submitter);
});
