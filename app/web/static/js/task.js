// A candidate's answers save themselves, one request at a time, over connections that are slow or break off. Each answer
// goes out with the version it was made from; each save has a number, so that one which arrives twice or late does no
// harm. Nothing is kept in the browser: what is not saved yet stays in its field, and leaving asks first.

const PAUSE = 1500;
const LONGEST = 5000;
const PATIENCE = 20000;
const RETRIES = [2000, 4000, 8000, 15000];
const MOST_ON_LEAVING = 60000;

class Work {
  constructor(form) {
    this.form = form;
    this.status = document.querySelector("[data-work-status]");
    this.areas = [...form.querySelectorAll("[data-answer]")];
    this.saved = new Map(this.areas.map((area) => [area, area.defaultValue]));
    this.refused = new Map();
    this.serial = 1;
    this.saving = null;
    this.stopped = false;
    this.lapsed = false;
    this.leaving = false;
    this.failures = 0;
    this.timer = 0;
    this.since = 0;
    this.listen();
    // On a slow line somebody may have begun to type before this file arrived.
    this.touched();
  }

  listen() {
    this.form.addEventListener("input", () => this.touched());
    this.form.addEventListener("submit", (event) => this.submitting(event));
    document.addEventListener("visibilitychange", () => (document.hidden ? this.now(true) : this.back()));
    window.addEventListener("pagehide", () => this.now(true));
    window.addEventListener("online", () => this.back());
    window.addEventListener("focus", () => this.back());
    window.addEventListener("beforeunload", (event) => {
      if (this.waiting().length && !this.leaving) event.preventDefault();
    });
    window.addEventListener("pageshow", () => (this.leaving = false));
    document.addEventListener("countdown:over", () => this.now());
    document.addEventListener("countdown:closed", () => this.stopped || this.stop("over", "Your time is over."));
  }

  waiting() {
    return this.areas.filter((area) => area.value !== this.saved.get(area) && area.value !== this.refused.get(area));
  }

  touched() {
    if (this.stopped || this.failures || !this.waiting().length) return;
    this.since ||= Date.now();
    this.plan(Math.max(0, Math.min(PAUSE, this.since + LONGEST - Date.now())));
  }

  plan(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), delay);
  }

  // A page that is looked at again tries at once; one whose visit had ended first asks for a form token that counts.
  async back() {
    if (this.lapsed && !(await this.renew())) return;
    if (this.failures || this.waiting().length) this.now();
  }

  now(keepalive = false) {
    if (this.saving || this.stopped || this.leaving || !this.waiting().length) return this.saving;
    clearTimeout(this.timer);
    this.saving = this.save(this.waiting(), keepalive).finally(() => {
      this.saving = null;
      if (!this.failures && !this.stopped && this.waiting().length) this.plan(PAUSE);
    });
    return this.saving;
  }

  async save(areas, keepalive) {
    this.since = 0;
    const sent = new Map(areas.map((area) => [area, area.value]));
    const body = this.body(sent);
    const slow = setTimeout(() => this.say("Saving…"), 400);
    try {
      const answer = await fetch(this.form.getAttribute("action"), {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        credentials: "same-origin",
        redirect: "manual",
        // Browsers refuse to let a larger request outlive its page.
        keepalive: keepalive && body.toString().length < MOST_ON_LEAVING,
        signal: AbortSignal.timeout(PATIENCE),
      });
      await this.answered(answer, sent);
    } catch {
      this.failed("Not saved yet: the connection is lost. Keep this page open; it tries again by itself.");
    } finally {
      clearTimeout(slow);
    }
  }

  body(sent) {
    this.serial += 1;
    const fields = new URLSearchParams({
      csrf_token: this.field("csrf_token").value,
      writer: this.field("writer").value,
      serial: String(this.serial),
    });
    for (const [area, text] of sent) {
      fields.set(area.name, text);
      fields.set(`version-${area.dataset.answer}`, this.field(`version-${area.dataset.answer}`).value);
    }
    return fields;
  }

  field(name) {
    return this.form.elements.namedItem(name);
  }

  async answered(answer, sent) {
    if (answer.type === "opaqueredirect" || answer.status === 401) return this.lapse();
    if (answer.status === 403 && (await this.renew())) return this.failed("Not saved yet, trying again.", 0);
    const reply = await answer.json();
    if (reply.versions) return this.took(reply, sent);
    if (answer.status === 409 || answer.status === 410) return this.stop("over", "Your time is over.");
    this.failed("Not saved yet: the server did not answer as it should. It is tried again by itself.");
  }

  took(reply, sent) {
    this.failures = 0;
    const faulty = new Set((reply.faults ?? []).map((fault) => fault.field));
    for (const [area, text] of sent) {
      const number = area.dataset.answer;
      if (faulty.has(area.id)) {
        this.refused.set(area, text);
      } else if (!(reply.clashes ?? []).includes(Number(number))) {
        this.saved.set(area, text);
        if (reply.versions[number] !== undefined) this.field(`version-${number}`).value = reply.versions[number];
      }
    }
    document.dispatchEvent(new CustomEvent("countdown:left", { detail: reply.seconds_left }));
    if (reply.clashes?.length) return this.stop("clash", "Not saved: an answer was changed elsewhere.");
    if (reply.faults?.length) return this.say(`Not saved: ${reply.faults[0].message}`);
    this.say(`Saved ${reply.saved_at}`);
  }

  failed(text, delay = RETRIES[Math.min(this.failures, RETRIES.length - 1)]) {
    this.failures += 1;
    this.say(text);
    this.plan(delay);
  }

  lapse() {
    this.lapsed = true;
    this.stop("lapsed", "Not saved yet: your visit has ended.");
  }

  async renew() {
    try {
      const answer = await fetch(this.form.dataset.clockUrl, {
        headers: { Accept: "application/json" },
        redirect: "manual",
        cache: "no-store",
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (!answer.ok) return false;
      const token = (await answer.json()).csrf_token;
      for (const field of document.querySelectorAll('input[name="csrf_token"]')) field.value = token;
    } catch {
      return false;
    }
    if (this.lapsed) this.panel("lapsed").hidden = true;
    this.lapsed = this.stopped = false;
    return true;
  }

  stop(name, text) {
    this.stopped = true;
    this.say(text);
    const panel = this.panel(name);
    panel.hidden = false;
    panel.scrollIntoView({ block: "nearest" });
  }

  panel(name) {
    return this.form.querySelector(`[data-work-panel="${name}"]`);
  }

  // The page moves on only when everything is saved: a form that breaks off on its way would take the text with it.
  submitting(event) {
    this.field("serial").value = String(this.serial + 1);
    if (!this.lapsed && (this.stopped || (!this.saving && !this.waiting().length))) {
      this.leaving = true;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    this.goOn(event.submitter);
  }

  async goOn(submitter) {
    if (this.lapsed && !(await this.renew())) return;
    this.say("Saving before going on…");
    while (!this.stopped && (this.saving || this.waiting().length)) {
      await (this.saving ?? this.now());
      if (this.failures) await new Promise((resolve) => setTimeout(resolve, 2000));
    }
    if (!this.lapsed) this.form.requestSubmit(submitter);
  }

  say(text) {
    if (this.status.textContent !== text) this.status.textContent = text;
  }
}

// Shows an answer as others will read it. The browser reads the reply as a document of its own, in which nothing runs.
class Preview {
  constructor(form, button) {
    this.form = form;
    this.button = button;
    this.place = document.getElementById(button.getAttribute("aria-controls"));
    this.area = form.querySelector(`[data-answer="${button.dataset.preview}"]`);
    button.closest("[data-previewing]").hidden = false;
    button.addEventListener("click", () => (this.place.hidden ? this.ask() : this.close()));
  }

  ask() {
    const request = new XMLHttpRequest();
    request.open("POST", this.form.dataset.previewUrl);
    request.responseType = "document";
    request.timeout = PATIENCE;
    request.addEventListener("loadend", () => this.show(request));
    const token = this.form.elements.namedItem("csrf_token").value;
    request.send(new URLSearchParams({ csrf_token: token, [this.area.name]: this.area.value }));
  }

  show(request) {
    const fresh = request.status === 200 ? request.response?.querySelector("[data-previewed]") : null;
    if (fresh) {
      this.place.replaceChildren(...[...fresh.childNodes].map((node) => document.importNode(node, true)));
    } else {
      this.place.textContent = "This cannot be shown at the moment. What you typed is still here.";
    }
    this.place.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.button.textContent = "Hide how it looks";
  }

  close() {
    this.place.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    this.button.textContent = "Show how it looks";
  }
}

for (const form of document.querySelectorAll("form[data-work]")) {
  new Work(form);
  for (const button of form.querySelectorAll("[data-preview]")) new Preview(form, button);
}
