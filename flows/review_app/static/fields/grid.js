/* The grid by keys: arrows move, space picks out, Enter confirms the rest. */

import { Attention } from "./attention.js";
import { Desk, uuid } from "./desk.js";
import { Outbox } from "./outbox.js";
import { Sealed } from "./sealed.js";

const form = document.getElementById("grid");
const boxes = [...form.querySelectorAll("input[name=odd]")];
const picked = document.getElementById("picked");
const RENEW_MS = 45000;
/* Nobody has looked at forty fields sooner: a key of the page before must not confirm. */
const GLANCE_MS = 800;

const columns = () => {
  const top = boxes[0].closest("li").offsetTop;
  return boxes.filter((one) => one.closest("li").offsetTop === top).length || 1;
};

const move = (event) => {
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns(), ArrowDown: columns(), Home: -boxes.length, End: boxes.length }[event.key];
  if (!step) return;
  const here = Math.max(0, boxes.indexOf(document.activeElement));
  const to = Math.min(boxes.length - 1, Math.max(0, here + step));
  boxes[to].focus();
  event.preventDefault();
};

const start = async () => {
  const desk = new Desk();
  const state = await desk.start();
  const sealed = await Sealed.open(state.key, state.tag);
  const attention = new Attention(state.idle);
  const outbox = new Outbox(desk, sealed, document.getElementById("saving"), () => {});
  let sent = false;
  let seenAt = Infinity;

  const confirm = async () => {
    if (sent || performance.now() - seenAt < GLANCE_MS) return;
    sent = true;
    const kept = [...form.querySelectorAll("[name=tile]")]
      .map((one) => one.value.split(/:(.*)/s))
      .filter(([item]) => !boxes.find((one) => one.value === item).checked);
    const share = kept.length ? attention.take() / kept.length : 0;
    for (const [item, ticket] of kept) {
      outbox.add({
        answer: uuid(),
        item,
        ticket,
        follows: "",
        decision: "value",
        value: form.dataset.value,
        chosen: true,
        insisted: "",
        seconds: Math.round(share * 1000) / 1000,
      });
    }
    const odd = boxes.filter((one) => one.checked).map((one) => one.value);
    if (odd.length) await desk.post("/desk/leave", { tab: "", items: odd }).catch(() => {});
    while (!(await outbox.drained(60000))) { /* the header says that it waits */ }
    location.assign(`/grid?${new URLSearchParams({ group: form.dataset.group, after: form.dataset.after })}`);
  };

  form.addEventListener("submit", (event) => { event.preventDefault(); confirm(); });
  form.addEventListener("change", () => {
    const count = boxes.filter((one) => one.checked).length;
    picked.textContent = count ? `${count} 件を選びました` : "";
  });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Enter" && !event.target.matches("a, button")) {
      event.preventDefault();
      confirm();
    } else {
      move(event);
    }
  });
  setInterval(() => {
    if (attention.idleForMs > state.lease * 1000) return;
    desk.post("/desk/batch", { tab: "", group: "", after: "", have: boxes.map((one) => one.value), count: 0 }).catch(() => {});
  }, RENEW_MS);
  // A field whose picture does not come cannot be judged here.
  await Promise.all(boxes.map((one) => one.closest("label").querySelector("img").decode().catch(() => { one.checked = true; })));
  seenAt = performance.now();
  await outbox.restore();
  boxes[0].focus();
  document.documentElement.dataset.ready = "yes";
};

start();
