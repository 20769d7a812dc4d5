// Shows how much of a candidate's time is left. The server owns the clock: what is left comes from it, is asked for again
// every minute, and a wrong or changed clock in the browser is put right by that. It is said aloud a few times only.

const EVERY = 60000;
const PATIENCE = 20000;
const SAID = [1800, 600, 300, 60];

class Countdown {
  constructor(box) {
    this.box = box;
    this.shown = box.querySelector("[data-countdown-left]");
    this.said = box.querySelector("[data-countdown-said]");
    this.ends = box.querySelector("[data-countdown-ends]");
    this.over = false;
    this.set(Number(box.dataset.seconds));
    document.addEventListener("countdown:left", (event) => this.set(event.detail));
    document.addEventListener("visibilitychange", () => document.hidden || this.ask());
    setInterval(() => this.show(), 1000);
    setInterval(() => this.ask(), EVERY);
  }

  set(seconds) {
    this.until = Date.now() + seconds * 1000;
    if (seconds > 0) this.over = false;
    this.show();
  }

  async ask() {
    try {
      const answer = await fetch(this.box.dataset.clockUrl, {
        headers: { Accept: "application/json" },
        redirect: "manual",
        cache: "no-store",
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (answer.ok) this.took(await answer.json());
    } catch {
      // The next minute asks again; until then the browser's own clock goes on.
    }
  }

  took(reply) {
    this.set(reply.seconds_left);
    // Somebody may have been given more time while the page was open.
    if (reply.ends && this.ends.textContent !== reply.ends) this.ends.textContent = reply.ends;
    if (!reply.accepts) document.dispatchEvent(new CustomEvent("countdown:closed"));
  }

  show() {
    const left = Math.max(0, Math.ceil((this.until - Date.now()) / 1000));
    const words = left ? `${this.words(left)} left` : "Time is over";
    if (this.shown.textContent !== words) this.shown.textContent = words;
    this.box.toggleAttribute("data-short", left <= 300);
    this.tell(left);
    if (!left && !this.over) {
      this.over = true;
      document.dispatchEvent(new CustomEvent("countdown:over"));
    }
  }

  words(left) {
    const hours = Math.floor(left / 3600);
    const minutes = Math.floor((left % 3600) / 60);
    if (hours >= 48) return `${Math.floor(hours / 24)} days`;
    if (hours) return `${hours} h ${minutes} min`;
    return `${minutes}:${String(left % 60).padStart(2, "0")}`;
  }

  tell(left) {
    const mark = SAID.findLast((each) => left <= each);
    const words = !left ? "Your time is over." : mark ? `Less than ${mark > 60 ? `${mark / 60} minutes` : "one minute"} left.` : "";
    if (this.said.textContent !== words) this.said.textContent = words;
  }
}

for (const box of document.querySelectorAll("[data-countdown]")) new Countdown(box);
