/* Seconds really attended: seen, in front, and touched within the idle limit. */

const TOUCHES = ["keydown", "pointermove", "pointerdown", "wheel"];

export class Attention {
  #ms = 0;
  #last = performance.now();
  #touched = performance.now();

  constructor(idleSeconds) {
    this.idleMs = idleSeconds * 1000;
    const touch = () => { this.#tick(); this.#touched = performance.now(); };
    for (const name of TOUCHES) document.addEventListener(name, touch, { passive: true, capture: true });
    window.addEventListener("focus", touch);
    window.addEventListener("blur", () => this.#tick());
    document.addEventListener("visibilitychange", () => this.#tick());
    setInterval(() => this.#tick(), 250);
  }

  get idleForMs() {
    return performance.now() - this.#touched;
  }

  /* Returns the seconds since the last call. */
  take() {
    this.#tick();
    const seconds = this.#ms / 1000;
    this.#ms = 0;
    return Math.round(seconds * 100) / 100;
  }

  #tick() {
    const now = performance.now();
    const seen = document.visibilityState === "visible" && document.hasFocus();
    if (seen && now - this.#touched < this.idleMs) this.#ms += now - this.#last;
    this.#last = now;
  }
}
