/* Talks to the server: who we are, requests, and what it means when one fails. */

export class SignedOut extends Error {}
export class Unreachable extends Error {}
export class Refused extends Error {}

const TAB = "yakuba:tab";

export const uuid = () => {
  if (crypto.randomUUID) return crypto.randomUUID();
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 15) | 64;
  b[8] = (b[8] & 63) | 128;
  const h = [...b].map((one) => one.toString(16).padStart(2, "0")).join("");
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-${h.slice(12, 16)}-${h.slice(16, 20)}-${h.slice(20)}`;
};

export class Desk {
  constructor() {
    this.csrf = "";
    // A window keeps its name over a reload, so that its questions are still its own.
    this.tab = sessionStorage.getItem(TAB) || uuid();
    sessionStorage.setItem(TAB, this.tab);
  }

  /* Returns {key, tag, idle, lease}. */
  async start() {
    await this.#alone();
    const state = await this.#ask("/desk", {});
    this.csrf = state.csrf;
    return state;
  }

  async post(path, body, { last = false } = {}) {
    const send = () => this.#ask(path, {
      method: "POST",
      headers: { "content-type": "application/json", "x-csrf-token": this.csrf },
      body: JSON.stringify(body),
      keepalive: last,
    });
    try {
      return await send();
    } catch (error) {
      // After a new sign-in in another window the token is another one.
      if (!(error instanceof Refused) || error.status !== 403) throw error;
      await this.start();
      return send();
    }
  }

  /* A window opened as the copy of another has its name, too: it takes a new one. */
  async #alone() {
    if (this.lock || !navigator.locks) return;
    const mine = (name) => new Promise((told) => {
      navigator.locks.request(`${TAB}:${name}`, { ifAvailable: true }, (lock) => {
        told(Boolean(lock));
        return lock && new Promise(() => {});
      });
    });
    while (!(await mine(this.tab))) this.tab = uuid();
    this.lock = true;
    sessionStorage.setItem(TAB, this.tab);
  }

  async #ask(path, how) {
    let answer;
    try {
      answer = await fetch(path, { ...how, headers: { accept: "application/json", ...how.headers } });
    } catch {
      throw new Unreachable();
    }
    if (answer.status === 401) throw new SignedOut();
    if (answer.status >= 500) throw new Unreachable();
    if (!answer.ok) throw Object.assign(new Refused(), { status: answer.status });
    try {
      return await answer.json();
    } catch {
      throw new Unreachable();
    }
  }
}
