// Weights while they move. form[data-weigh-url] gets a slider beside each number; a moment after the last move the
// address is asked with the form's numbers and its answer takes the place of [data-played]. Nothing is kept by it.

const PAUSE = 150;
const SILENT = "No answer came. Press “See what changes” to ask again.";

class Weigh {
  constructor(form) {
    this.form = form;
    this.timer = 0;
    this.request = null;
    for (const field of form.querySelectorAll("input[type=number]")) this.addSlider(field);
    form.addEventListener("input", () => this.touched());
    // Going back, browsers put typed numbers into a page that was answered for others.
    window.addEventListener("pageshow", () => this.restored());
  }

  addSlider(field) {
    const slider = document.createElement("input");
    slider.type = "range";
    slider.min = field.min;
    slider.max = field.max;
    slider.step = field.step;
    slider.value = field.value;
    slider.className = "weights__slider";
    slider.setAttribute("aria-label", `${field.labels[0].textContent.trim()}, slider`);
    slider.addEventListener("input", () => {
      field.value = slider.value;
    });
    field.addEventListener("input", () => {
      slider.value = field.value;
    });
    field.after(slider);
  }

  restored() {
    const fields = [...this.form.querySelectorAll("input[type=number]")];
    for (const field of fields) field.nextElementSibling.value = field.value;
    if (fields.some((field) => field.value !== field.defaultValue)) this.ask();
  }

  touched() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  // The browser reads the answer as a document of its own, in which nothing runs; only its nodes are taken over.
  ask() {
    this.request?.abort();
    const request = new XMLHttpRequest();
    request.open("GET", `${this.form.dataset.weighUrl}?${this.fields()}`);
    request.responseType = "document";
    request.addEventListener("load", () => this.answered(request));
    request.addEventListener("error", () => this.say(SILENT));
    this.request = request;
    request.send();
  }

  answered(request) {
    const fresh = request.status === 200 ? request.response?.querySelector("[data-played]") : null;
    this.say(...(fresh ? [...fresh.childNodes].map((node) => document.importNode(node, true)) : [SILENT]));
  }

  // The region itself stays: readers announce what changes inside it. An old answer never stands beside new numbers.
  say(...nodes) {
    document.querySelector("[data-played]")?.replaceChildren(...nodes);
  }

  fields() {
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) {
      if (typeof value === "string") fields.append(name, value);
    }
    return fields;
  }
}

for (const form of document.querySelectorAll("form[data-weigh-url]")) new Weigh(form);
