// Weights while they move. form[data-weigh-url] gets a slider beside each number; a moment after the last move the
// address is asked with the form's numbers and its answer takes the place of [data-played]. Nothing is kept by it.

const PAUSE = 150;

class Weigh {
  constructor(form) {
    this.form = form;
    this.timer = 0;
    this.request = null;
    for (const field of form.querySelectorAll("input[type=number]")) this.addSlider(field);
    form.addEventListener("input", () => this.touched());
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
    this.request = request;
    request.send();
  }

  answered(request) {
    const region = document.querySelector("[data-played]");
    const fresh = request.status === 200 ? request.response?.querySelector("[data-played]") : null;
    if (!region || !fresh) return;
    // The region itself stays: readers announce what changes inside it.
    region.replaceChildren(...[...fresh.childNodes].map((node) => document.importNode(node, true)));
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
