// Drafts save themselves. form[data-autosave-url] posts its fields 2 s after a pause, at least every 5 s while someone
// types, and on leaving. Reply: {"version": n, "saved_at": ISO}. 401: signed out. 409: changed elsewhere. Faults, as in
// {"faults": [{"field": name, "message": words}]}, are said at their fields; whatever is typed there stays.

const PAUSE = 2000;
const LONGEST = 5000;
const RETRIES = [2000, 4000, 8000, 16000, 30000];

class Autosave {
  constructor(form) {
    this.form = form;
    this.status = form.querySelector("[data-autosave-status]") ?? document.querySelector("[data-autosave-status]");
    this.dirty = false;
    this.saving = null;
    this.stopped = false;
    this.refused = false;
    this.signedOut = false;
    this.leaving = false;
    this.renewed = false;
    this.failures = 0;
    this.timer = 0;
    this.since = 0;
    this.listen();
  }

  listen() {
    this.form.addEventListener("input", () => this.touched());
    this.form.addEventListener("change", () => this.touched());
    this.form.addEventListener("submit", (event) => this.submitting(event));
    document.addEventListener("visibilitychange", () => (document.hidden ? this.now(true) : this.back()));
    window.addEventListener("pagehide", () => this.now(true));
    window.addEventListener("focus", () => this.back());
    window.addEventListener("online", () => this.now());
    window.addEventListener("beforeunload", (event) => {
      if (this.dirty && !this.leaving) event.preventDefault();
    });
  }

  touched() {
    this.dirty = true;
    this.refused = false;
    if (this.stopped || this.failures) return;
    this.since ||= Date.now();
    this.plan(Math.max(0, Math.min(PAUSE, this.since + LONGEST - Date.now())));
  }

  plan(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), delay);
  }

  back() {
    if (this.signedOut) this.renew();
    else if (this.failures) this.now();
  }

  // What was refused is not sent again before it changes: a save on leaving would make the page that follows stale.
  now(keepalive = false) {
    if (!this.dirty || this.refused || this.saving || this.stopped || this.leaving) return;
    clearTimeout(this.timer);
    this.saving = this.save(keepalive).finally(() => {
      this.saving = null;
      if (this.dirty && !this.stopped && !this.refused && !this.failures) this.plan(PAUSE);
    });
  }

  async save(keepalive) {
    this.dirty = false;
    this.since = 0;
    const slow = setTimeout(() => this.say("saving", "Saving…"), 400);
    try {
      const answer = await fetch(this.form.dataset.autosaveUrl, {
        method: "POST",
        body: this.fields(),
        headers: { Accept: "application/json" },
        credentials: "same-origin",
        redirect: "manual",
        keepalive,
      });
      await this.answered(answer);
    } catch {
      this.failed("Not saved: connection lost, retrying");
    } finally {
      clearTimeout(slow);
    }
  }

  fields() {
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) {
      if (typeof value === "string") fields.append(name, value);
    }
    return fields;
  }

  async answered(answer) {
    if (answer.ok) return this.saved(await answer.json());
    const newer = this.dirty;
    this.dirty = true;
    if (answer.status === 401 || answer.type === "opaqueredirect") return this.signOut();
    if (answer.status === 409) return this.conflict();
    if (answer.status === 403 && !this.renewed && (await this.token())) return this.again();
    if (answer.status === 422) return this.refuse(await answer.json().catch(() => ({})), newer);
    this.failed("Not saved: the server did not answer as it should, retrying");
  }

  saved(reply) {
    const version = this.form.elements.namedItem("version");
    if (version && reply.version !== undefined) version.value = reply.version;
    this.failures = 0;
    this.renewed = false;
    const when = reply.saved_at ? new Date(reply.saved_at) : new Date();
    const time = when.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    const faults = this.mark(reply.faults ?? []);
    if (!faults.length) return this.say("saved", `Saved ${time}`);
    this.refused = !this.dirty;
    this.dirty = true;
    this.say("failing", `Saved ${time}, but for this: ${faults[0].message}`);
  }

  // Puts each fault at its field, in place of those of the save before.
  mark(faults) {
    for (const old of this.form.querySelectorAll("[data-autosave-fault]")) this.unmark(old);
    for (const { field, message } of faults) {
      const place = document.getElementById(field);
      if (!place || !this.form.contains(place)) continue;
      document.getElementById(`${field}-error`)?.remove();
      const words = document.createElement("p");
      words.className = "error";
      words.id = `${field}-error`;
      words.dataset.autosaveFault = field;
      words.textContent = message;
      const legend = place.querySelector(":scope > legend");
      if (legend) legend.after(words);
      else place.before(words);
      place.setAttribute("aria-invalid", "true");
      this.describe(place, (ids) => ids.add(words.id));
    }
    return faults;
  }

  unmark(words) {
    const place = document.getElementById(words.dataset.autosaveFault);
    place?.removeAttribute("aria-invalid");
    if (place) this.describe(place, (ids) => ids.delete(words.id));
    words.remove();
  }

  describe(place, change) {
    const ids = new Set((place.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
    change(ids);
    if (ids.size) place.setAttribute("aria-describedby", [...ids].join(" "));
    else place.removeAttribute("aria-describedby");
  }

  // The same values would be refused again, so the next try waits for a change; `newer` says that one came meanwhile.
  refuse(reply, newer) {
    this.refused = !newer;
    this.failures = 0;
    const faults = this.mark(reply.faults ?? []);
    const what = faults.length ? faults[0].message : "something in the form does not fit.";
    this.say("failing", `Not saved: ${what} It is kept here until you mend it`);
  }

  failed(text) {
    this.dirty = true;
    this.say("failing", text);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), RETRIES[Math.min(this.failures, RETRIES.length - 1)]);
    this.failures += 1;
  }

  // One fresh token is tried; a refusal that stays is no matter of tokens.
  again() {
    this.renewed = true;
    this.plan(0);
  }

  // The panel's button posts what is typed here to the page that compares.
  conflict() {
    this.stopped = true;
    this.say("conflict", "Not saved: changed in another tab or on another device");
    this.panel("conflict");
  }

  signOut() {
    this.stopped = true;
    this.signedOut = true;
    this.say("signed-out", "Not saved: you were signed out");
    const link = document.querySelector("[data-autosave-sign-in]");
    if (link) link.href = this.form.dataset.signInUrl;
    this.panel("signed-out");
  }

  // After signing in elsewhere the old form token is dead, so a fresh one comes first.
  async renew() {
    if (!(await this.token())) return;
    this.stopped = false;
    this.signedOut = false;
    document.querySelector("[data-autosave-signed-out]")?.setAttribute("hidden", "");
    this.now();
  }

  async token() {
    const url = this.form.dataset.tokenUrl;
    if (!url) return false;
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" }, redirect: "manual", cache: "no-store" });
      if (!answer.ok) return false;
      const fresh = (await answer.json()).csrf_token;
      const fields = [...document.querySelectorAll('input[name="csrf_token"]')];
      const changed = fields.some((field) => field.value !== fresh);
      for (const field of fields) field.value = fresh;
      return changed;
    } catch {
      return false;
    }
  }

  panel(name) {
    const panel = document.querySelector(`[data-autosave-${name}]`);
    if (!panel) return;
    panel.hidden = false;
    panel.scrollIntoView({ block: "nearest" });
  }

  // A submit waits for a save on its way, because that save will raise the version the submit must carry.
  submitting(event) {
    if (event.defaultPrevented) return;
    clearTimeout(this.timer);
    if (!this.saving) {
      this.leaving = true;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const submitter = event.submitter;
    this.saving.then(() => this.stopped || this.form.requestSubmit(submitter));
  }

  say(state, text) {
    if (!this.status) return;
    this.status.dataset.state = state;
    if (this.status.textContent !== text) this.status.textContent = text;
  }
}

for (const form of document.querySelectorAll("form[data-autosave-url]")) new Autosave(form);
