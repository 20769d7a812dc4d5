// Checks a form while somebody types. form[data-check-url] is posted half a second after a pause; the answer is a piece
// of a page that takes the place of [data-checked]. Nothing is kept by it. Leaving with unsaved changes asks first.

const PAUSE = 500;
const SLOW = 400;

class Check {
  constructor(form) {
    this.form = form;
    this.timer = 0;
    this.turn = 0;
    this.dirty = false;
    this.request = null;
    form.addEventListener("input", () => this.touched());
    form.addEventListener("change", () => this.touched());
    form.addEventListener("submit", (event) => {
      if (!event.defaultPrevented) this.leave();
    });
    window.addEventListener("beforeunload", (event) => {
      if (this.dirty) event.preventDefault();
    });
  }

  touched() {
    this.dirty = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  leave() {
    this.dirty = false;
    clearTimeout(this.timer);
    this.request?.abort();
  }

  // The browser reads the answer as a document of its own, in which nothing runs; only its nodes are taken over.
  ask() {
    this.request?.abort();
    const turn = ++this.turn;
    const request = new XMLHttpRequest();
    const slow = setTimeout(() => this.region()?.setAttribute("data-busy", ""), SLOW);
    request.open("POST", this.form.dataset.checkUrl);
    request.responseType = "document";
    request.addEventListener("loadend", () => {
      clearTimeout(slow);
      if (turn === this.turn) this.answered(request);
    });
    this.request = request;
    request.send(this.fields());
  }

  answered(request) {
    const region = this.region();
    region?.removeAttribute("data-busy");
    const fresh = request.status === 200 ? request.response?.querySelector("[data-checked]") : null;
    if (!region || !fresh) return;
    // The region itself stays: readers announce what changes inside it.
    region.replaceChildren(...[...fresh.childNodes].map((node) => document.importNode(node, true)));
  }

  region() {
    return this.form.querySelector("[data-checked]");
  }

  fields() {
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) {
      if (typeof value === "string") fields.append(name, value);
    }
    return fields;
  }
}

function goToLine(area, line) {
  const lines = area.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
  area.scrollTop = Math.max(0, (area.scrollHeight / lines.length) * (line - 5));
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-line]");
  const area = document.querySelector("[data-source]");
  if (!link || !area) return;
  event.preventDefault();
  goToLine(area, Number(link.dataset.line));
});

for (const form of document.querySelectorAll("form[data-check-url]")) new Check(form);
