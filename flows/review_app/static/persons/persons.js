/* Keys, attended time, drafts and leases of the pages about persons. They work without it. */

import { Attention } from "../fields/attention.js";
import { Desk } from "../fields/desk.js";
import { Sealed } from "../fields/sealed.js";

const SENT = "yakuba:person-sent";
const DRAFT_AFTER_MS = 150;
const article = document.querySelector("article.person");
const form = document.getElementById("decide");
const reason = document.getElementById("reason");

// The place of a key, not its letter: right whatever the input method makes of it.
const keyOf = (event) => /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(event.code)?.[1].toLowerCase() || "";
const composing = (event) => event.isComposing || event.keyCode === 229;
const inText = () => document.activeElement?.matches("input[type=text]");

// As on the pages about fields.
const MOVES = { PageUp: "p", PageDown: "s" };

const press = (event) => {
  const key = MOVES[event.key] || keyOf(event);
  const name = event.shiftKey ? "also" : "key";
  const target = key && article.querySelector(`[data-${name}="${key}"]:not(:disabled)`);
  if (!target) return;
  event.preventDefault();
  target.click();
  if (target.tagName === "INPUT") target.focus({ preventScroll: true });
};

const onKey = (event) => {
  if (composing(event) || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "F2" && reason) { event.preventDefault(); reason.focus(); return; }
  if (event.key === "Escape" && inText()) { event.preventDefault(); document.activeElement.blur(); return; }
  if (event.repeat) { if (event.key === "Enter") event.preventDefault(); return; }
  if (event.key === "Enter") {
    if (document.activeElement?.matches("a, button")) return;
    event.preventDefault();
    if (reason) form.requestSubmit();
    return;
  }
  if (!inText()) press(event);
};

/* What was chosen and typed, but for what belongs to the page itself. */
const typed = () => [...new FormData(form)].filter(([name]) => !["csrf", "ticket", "attended"].includes(name));

const fill = (values) => {
  for (const [name, value] of values) {
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (/^(?:radio|checkbox)$/.test(field.type)) field.checked ||= field.value === value;
      else field.value = value;
    }
  }
};

const watch = (attention) => {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) { event.preventDefault(); return; }
    sent = true;
    sessionStorage.setItem(SENT, article.dataset.item);
    document.getElementById("attended").value = attention.take().toFixed(2);
  });
  // Back in the browser's history: the form may be used again.
  window.addEventListener("pageshow", () => { sent = false; });
  return () => sent;
};

const keepDraft = (sealed) => {
  const name = `p:${article.dataset.item}`;
  let timer = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => sealed.put(name, typed()), DRAFT_AFTER_MS);
  });
  return sealed.get(name).then((draft) => {
    const untouched = typed().every(([, value]) => value === "");
    if (draft && untouched) fill(draft);
  });
};

const begin = async () => {
  const attention = new Attention(Number(article?.dataset.idle));
  const isSent = reason ? watch(attention) : () => true;
  if (article) document.addEventListener("keydown", onKey);
  const desk = new Desk();
  const state = await desk.start();
  const sealed = await Sealed.open(state.key, state.tag);
  // The page after the one that was sent shows that it arrived.
  const sent = sessionStorage.getItem(SENT);
  if (sent && sent !== article?.dataset.item) {
    sealed.remove(`p:${sent}`);
    sessionStorage.removeItem(SENT);
  }
  if (!reason) return;
  await keepDraft(sealed);
  const path = `/persons/${article.dataset.item}`;
  const ask = (what, how) => desk.post(`${path}/${what}`, {}, how).catch(() => {});
  // Whoever has left keeps neither this person from others nor the session open.
  setInterval(() => {
    if (attention.idleForMs < state.lease * 1000) ask("keep");
  }, (state.lease * 1000) / 3);
  // Gone elsewhere: others may have this person at once.
  window.addEventListener("pagehide", () => { if (!isSent()) ask("leave", { last: true }); });
};

// Without connection the page still works as plain HTML does.
begin().catch(() => {});
