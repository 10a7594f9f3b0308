/* Answers on their way: kept until the server has said what became of them. */

import { SignedOut, Unreachable, Refused } from "./desk.js";

const AT_ONCE = 20;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10000;
const QUIET_MS = 700;

export class Outbox {
  #desk;
  #sealed;
  #waiting = new Map();
  #sending = false;
  #wait = FIRST_WAIT_MS;
  #timer = 0;
  #count = 0;
  #atOnce = AT_ONCE;
  #aside = 0;
  #shown;
  #quiet = 0;

  /* settled(result, answer): told of each answer's fate. shown: where the state stands. */
  constructor(desk, sealed, shown, settled) {
    this.#desk = desk;
    this.#sealed = sealed;
    this.#shown = shown;
    this.settled = settled;
    window.addEventListener("online", () => this.send());
    window.addEventListener("beforeunload", (event) => {
      if (this.size && !this.#sealed.keeps) event.preventDefault();
    });
  }

  get size() {
    return this.#waiting.size;
  }

  has(id) {
    return this.#waiting.has(id);
  }

  get items() {
    return [...this.#waiting.values()].map((one) => one.item);
  }

  /* Takes up what another moment of this browser left unsent. */
  async restore() {
    const left = [];
    for (const name of this.#sealed.names("a:")) {
      const kept = await this.#sealed.get(name);
      if (kept && !this.#waiting.has(kept.answer.answer)) left.push(kept);
    }
    left.sort((a, b) => a.at - b.at || a.number - b.number);
    for (const one of left) this.#waiting.set(one.answer.answer, one.answer);
    this.#say();
    return this.send();
  }

  add(answer) {
    this.#waiting.set(answer.answer, answer);
    const kept = this.#sealed.put(`a:${answer.answer}`, { answer, at: Date.now(), number: this.#count++ });
    // An answer acknowledged before it was kept must not stay behind.
    kept.then(() => { if (!this.#waiting.has(answer.answer)) this.#forget(answer.answer); });
    this.#say();
    this.send();
  }

  async send() {
    if (this.#sending || !this.size) return;
    this.#sending = true;
    clearTimeout(this.#timer);
    try {
      while (this.size) {
        const some = [...this.#waiting.values()].slice(0, this.#atOnce);
        const told = await this.#post(some);
        if (!told) continue;
        this.#wait = FIRST_WAIT_MS;
        for (const result of told.results) {
          const answer = this.#waiting.get(result.answer);
          this.#forget(result.answer);
          if (answer) this.settled(result, answer, told.counts);
        }
        this.#say();
      }
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#sending = false;
    }
  }

  /* Returns null when the server refuses what was sent: then one by one, so that a
     single answer it never takes does not hold up the others. */
  async #post(some) {
    try {
      return await this.#desk.post("/desk/answers", { answers: some });
    } catch (error) {
      if (!(error instanceof Refused) || error.status === 403) throw error;
      if (some.length > 1) this.#atOnce = 1;
      else await this.#setAside(some[0]);
      return null;
    }
  }

  async #setAside(answer) {
    this.#aside += 1;
    await this.#sealed.put(`x:${answer.answer}`, { answer });
    this.#forget(answer.answer);
    this.settled({ status: "refused", item: answer.item }, answer);
    this.#say();
  }

  /* Resolves when nothing is left, or after some time. */
  async drained(withinMs) {
    const end = performance.now() + withinMs;
    while (this.size && performance.now() < end) {
      this.send();
      await new Promise((done) => { setTimeout(done, 50); });
    }
    return !this.size;
  }

  #forget(id) {
    this.#waiting.delete(id);
    this.#sealed.remove(`a:${id}`);
  }

  #failed(error) {
    if (error instanceof SignedOut) {
      this.#tell(`サインインが切れました。未送信 ${this.size} 件。`, "signed-out");
    } else if (error instanceof Unreachable || error instanceof Refused) {
      this.#tell(`つながりません。未送信 ${this.size} 件（入力は残っています）`, "trouble");
    } else {
      throw error;
    }
    this.#timer = setTimeout(() => this.send(), this.#wait);
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT_MS);
  }

  /* Speaks up only when something waits for long: not at every key. */
  #say() {
    clearTimeout(this.#quiet);
    if (!this.size && this.#aside) {
      this.#tell(`${this.#aside} 件を送れません。管理者に知らせてください。`, "trouble");
    } else if (!this.size) {
      this.#tell("保存しました", "saved");
    } else {
      this.#quiet = setTimeout(() => {
        if (this.size && this.#shown.dataset.state === "saved") this.#tell(`未送信 ${this.size} 件`, "waiting");
      }, QUIET_MS);
    }
  }

  #tell(text, state) {
    if (this.#shown.dataset.state === state && this.#shown.dataset.text === text) return;
    this.#shown.dataset.state = state;
    this.#shown.dataset.text = text;
    this.#shown.textContent = text;
    if (state === "signed-out") {
      const link = document.createElement("a");
      link.href = "/sign-in";
      link.target = "_blank";
      link.rel = "noopener";
      link.textContent = "サインインし直す";
      this.#shown.append(link);
    }
  }
}
