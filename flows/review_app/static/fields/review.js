"use strict";
/* Keys, attended time and the check while typing. The page works without it. */
(() => {
  const form = document.getElementById("answer");
  const article = document.querySelector("article.question");
  if (!form || !article) return;
  const input = document.getElementById("value");
  const says = document.getElementById("says");
  const firstChoice = form.querySelector("button.choice:not(:disabled)");

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

  // --- keys
  const press = (key) => {
    const target = article.querySelector(`[data-key="${key}"]:not(:disabled)`);
    if (target) target.click();
    return Boolean(target);
  };
  const edit = () => {
    if (!input) return;
    const likeliest = form.querySelector("button.choice");
    if (!input.value && likeliest) input.value = likeliest.value;
    input.focus();
    input.select();
    check();
  };
  // The place of a key, not its letter: right whatever the input method makes of it.
  const keyOf = (event) => {
    const found = /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(event.code);
    return found ? found[1].toLowerCase() : "";
  };
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "F2" && input) { event.preventDefault(); edit(); return; }
    if (document.activeElement === input) {
      if (event.key === "Escape" && firstChoice) { event.preventDefault(); firstChoice.focus(); }
      return;
    }
    if (event.repeat) { if (event.key === "Enter") event.preventDefault(); return; }
    if (event.key === "Enter" && document.activeElement === document.body && firstChoice && input) {
      event.preventDefault();
      firstChoice.click();
      return;
    }
    const key = keyOf(event);
    if (key && press(key)) event.preventDefault();
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && firstChoice) {
      const all = [...form.querySelectorAll("button.choice:not(:disabled)")];
      const here = all.indexOf(document.activeElement);
      const step = event.key === "ArrowDown" ? 1 : -1;
      event.preventDefault();
      all[(here + step + all.length) % all.length].focus();
    }
  });
  if (input) {
    // Enter that ends a conversion decides the conversion, not the question.
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      if (event.isComposing || event.keyCode === 229 || event.repeat) { event.preventDefault(); return; }
      event.preventDefault();
      form.requestSubmit(form.querySelector("button[name=decision][value=value]"));
    });
  }

  // --- what the text means, while it is typed
  let timer = 0;
  let asked = 0;
  const check = () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const number = ++asked;
      const body = new URLSearchParams({ csrf: form.elements.csrf.value, value: input.value });
      try {
        const answer = await fetch(article.dataset.check, { method: "POST", body });
        if (!answer.ok || number !== asked) return;
        const found = await answer.json();
        says.textContent = found.problem || (found.meaning ? `→ ${found.meaning}` : "");
        says.className = found.problem ? "problem" : "says";
        input.setAttribute("aria-invalid", found.problem ? "true" : "false");
      } catch {
        says.textContent = "";
      }
    }, 150);
  };
  if (input) {
    input.addEventListener("input", (event) => { if (!event.isComposing) check(); });
    input.addEventListener("compositionend", check);
  }
})();
