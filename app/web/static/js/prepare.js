// Ticks and answers save themselves. form[data-marks] sends each change at once, as the form itself would with that one
// item in it; the page that comes back brings what follows from it, in the elements marked data-live.

const RETRIES = [2000, 4000, 8000, 16000, 30000];

class Marks {
  constructor(form) {
    this.form = form;
    this.was = new Map(form.elements.was.value.split(" ").filter(Boolean).map((each) => each.split("=")));
    this.waiting = new Set();
    this.last = null;
    this.sending = false;
    this.leaving = false;
    this.failures = 0;
    this.renewed = false;
    this.timer = 0;
    this.keeper = form.querySelector("[data-keeper]");
    this.state = form.querySelector("[data-state]");
    this.undo = form.querySelector("[data-undo]");
    this.signIn = form.querySelector("[data-sign-in]");
    form.addEventListener("change", (event) => this.changed(event.target));
    this.undo.addEventListener("click", () => this.takeBack());
    window.addEventListener("online", () => this.again());
    window.addEventListener("focus", () => this.again());
    // A page out of the browser's memory shows boxes as they were left, which may be older than what is kept.
    window.addEventListener("pageshow", (event) => event.persisted && location.reload());
    window.addEventListener("beforeunload", (event) => {
      if (this.waiting.size && !this.leaving) event.preventDefault();
    });
    form.addEventListener("submit", () => (this.leaving = true));
  }

  changed(control) {
    if (!this.was.has(control.name)) return;
    this.last = { key: control.name, before: this.was.get(control.name), control };
    this.queue(control.name);
  }

  queue(key) {
    this.waiting.add(key);
    this.send();
  }

  takeBack() {
    const { key, before, control } = this.last;
    this.last = null;
    this.undo.hidden = true;
    this.set(key, before);
    this.queue(key);
    control.focus();
  }

  set(key, value) {
    for (const each of this.controls(key)) each.checked = value !== "" && each.value === value;
  }

  controls(key) {
    return this.form.querySelectorAll(`[name="${key}"]`);
  }

  value(key) {
    return [...this.controls(key)].find((each) => each.checked)?.value ?? "";
  }

  again() {
    if (this.failures) this.send();
  }

  async send() {
    if (this.sending || !this.waiting.size) return;
    clearTimeout(this.timer);
    this.sending = true;
    const sent = new Map([...this.waiting].map((key) => [key, this.value(key)]));
    this.waiting.clear();
    const slow = setTimeout(() => this.say("saving", "Saving…"), 400);
    const answer = await exchange("POST", this.form.action, this.fields(sent));
    clearTimeout(slow);
    this.sending = false;
    if (answer.status === 200) this.saved(sent, answer.page);
    else this.failed(sent, answer.status);
  }

  fields(sent) {
    const { csrf_token: token, plan, order } = this.form.elements;
    const fields = new URLSearchParams({ csrf_token: token.value, plan: plan.value });
    if (order) fields.set("order", order.value);
    fields.set("was", [...sent.keys()].map((key) => `${key}=${this.was.get(key)}`).join(" "));
    for (const [key, value] of sent) if (value) fields.set(key, value);
    return fields;
  }

  saved(sent, page) {
    this.failures = 0;
    this.renewed = false;
    for (const [key, value] of sent) this.was.set(key, value);
    this.need(false);
    adopt(page);
    for (const marks of all) marks.follow(page);
    const when = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    this.say("saved", `Saved ${when}`);
    this.undo.hidden = !this.last;
    this.send();
  }

  // What another tab changed shows here as well, except where something is on its way.
  follow(page) {
    const kept = page.querySelector(`form[data-marks] input[name="was"][value*="${[...this.was.keys()][0]}="]`);
    for (const [key, value] of kept?.value.split(" ").filter(Boolean).map((each) => each.split("=")) ?? []) {
      if (this.waiting.has(key) || !this.was.has(key)) continue;
      this.was.set(key, value);
      if (this.value(key) !== value) this.set(key, value);
    }
    this.form.elements.was.value = [...this.was].map((pair) => pair.join("=")).join(" ");
  }

  async failed(sent, status) {
    for (const key of sent.keys()) this.waiting.add(key);
    if (status === 403 && !this.renewed) {
      this.renewed = true;
      if (await this.renew()) return this.send();
    }
    this.failures += 1;
    this.renewed = false;
    this.need(true);
    this.signIn.hidden = status !== 401;
    if (status === 401) return this.say("failing", "Not saved: you were signed out");
    if (status === 422 || status === 404) return this.say("failing", "Not saved: this page is out of date. Load it again");
    this.say("failing", status ? "Not saved: the server did not answer as it should" : "Not saved: no connection");
    this.timer = setTimeout(() => this.send(), RETRIES[Math.min(this.failures, RETRIES.length) - 1]);
  }

  // After signing in elsewhere the old form token is dead; the page itself brings a fresh one.
  async renew() {
    const { page } = await exchange("GET", location.href);
    const fresh = page?.querySelector("form[data-marks] input[name=csrf_token]")?.value;
    if (!fresh) return false;
    for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = fresh;
    return true;
  }

  need(button) {
    this.form.querySelector("[data-save]").toggleAttribute("data-needed", button);
    if (!button) this.signIn.hidden = true;
  }

  // One form speaks at a time.
  say(state, text) {
    for (const marks of all) marks.keeper.toggleAttribute("data-shown", marks === this);
    this.state.dataset.state = state;
    if (this.state.textContent !== text) this.state.textContent = text;
  }
}

// An old-style request, because it reads a page without handing its text to a parser, which the content policy forbids.
function exchange(method, url, fields) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    request.responseType = "document";
    request.onload = () => done({ status: request.status, page: request.response });
    request.onerror = () => done({ status: 0, page: null });
    request.send(fields);
  });
}

function adopt(page) {
  for (const old of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(old.id);
    if (!fresh || old.contains(document.activeElement)) continue;
    const opened = [...old.querySelectorAll("details[open]")].map((each) => each.id);
    const drawn = document.importNode(fresh, true);
    for (const each of drawn.querySelectorAll("details")) each.open = opened.includes(each.id);
    old.replaceWith(drawn);
  }
}

const all = [...document.querySelectorAll("form[data-marks]")].map((form) => new Marks(form));
