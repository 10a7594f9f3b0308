"use strict";
/* Keys and attended time. The page works without it. */
(() => {
  const article = document.querySelector("article.person");
  const form = document.getElementById("decide");
  if (!article || !form) return;
  const reason = document.getElementById("reason");

  // --- attended time: seen, in front, and touched within the last half minute
  const IDLE_MS = 30000;
  let attendedMs = 0;
  let last = performance.now();
  let touched = last;
  const tick = () => {
    const now = performance.now();
    const seen = document.visibilityState === "visible" && document.hasFocus();
    if (seen && now - touched < IDLE_MS) attendedMs += now - last;
    last = now;
  };
  const touch = () => { tick(); touched = performance.now(); };
  for (const name of ["keydown", "pointermove", "pointerdown", "wheel"]) {
    document.addEventListener(name, touch, { passive: true });
  }
  window.addEventListener("focus", touch);
  window.addEventListener("blur", tick);
  document.addEventListener("visibilitychange", touch);
  setInterval(tick, 250);

  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) { event.preventDefault(); return; }
    sent = true;
    tick();
    document.getElementById("attended").value = (attendedMs / 1000).toFixed(2);
  });
  // Back in the browser's history: the form may be used again.
  window.addEventListener("pageshow", () => { sent = false; });
  // Gone elsewhere: others may have this person at once.
  window.addEventListener("pagehide", () => {
    if (sent) return;
    const headers = { "X-CSRF-Token": form.elements.csrf.value };
    const body = new URLSearchParams({ csrf: form.elements.csrf.value });
    fetch(article.dataset.leave, { method: "POST", headers, body, keepalive: true }).catch(() => {});
  });

  // --- keys: the place of a key, not its letter, whatever the input method makes of it
  const keyOf = (event) => {
    const found = /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(event.code);
    return found ? found[1].toLowerCase() : "";
  };
  const composing = (event) => event.isComposing || event.keyCode === 229;
  document.addEventListener("keydown", (event) => {
    if (composing(event) || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "F2" && reason) { event.preventDefault(); reason.focus(); return; }
    if (document.activeElement === reason) {
      if (event.key === "Escape") { event.preventDefault(); reason.blur(); }
      return;
    }
    if (event.repeat) { if (event.key === "Enter") event.preventDefault(); return; }
    if (event.key === "Enter") {
      const here = document.activeElement;
      if (here && /^(?:A|BUTTON)$/.test(here.tagName)) return;
      event.preventDefault();
      if (reason) form.requestSubmit();
      return;
    }
    const key = keyOf(event);
    if (!key) return;
    const target = event.shiftKey
      ? article.querySelector(`[data-also="${key}"]:not(:disabled)`)
      : article.querySelector(`[data-key="${key}"]:not(:disabled)`);
    if (!target) return;
    event.preventDefault();
    target.click();
    if (target.tagName === "INPUT") target.focus({ preventScroll: true });
  });
  if (reason) {
    // Enter that ends a conversion decides the conversion, not the person.
    reason.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (composing(event) || event.repeat)) event.preventDefault();
    });
  }
})();
