/* The stopwatch's face and keys. The time itself is kept by the server: closing the page,
   a restart or another PC changes nothing. Presses made without a connection wait here
   with the time that has passed since, and are sent in their order. */
const box = document.getElementById("watch");
const form = document.getElementById("press");
const at = (id) => document.getElementById(id);
const buttons = [...form.querySelectorAll("button")];
const QUEUE = `yakuba.timing.${box.dataset.account}.${form.getAttribute("action")}`;
const RETRY_MS = 2000;

const state = {
  timing: box.dataset.timing === "1",
  running: box.dataset.running === "1",
  elapsed: Number(box.dataset.elapsed),
  since: performance.now(),
};
let queue = [];
try { queue = JSON.parse(localStorage.getItem(QUEUE) || "[]"); } catch { queue = []; }
let sending = false;

const keepQueue = () => {
  if (queue.length) localStorage.setItem(QUEUE, JSON.stringify(queue));
  else localStorage.removeItem(QUEUE);
};
const newId = () => [...crypto.getRandomValues(new Uint8Array(16))]
  .map((byte) => byte.toString(16).padStart(2, "0")).join("");
const elapsed = () => state.elapsed + (state.running ? performance.now() - state.since : 0);
const set = (timing, running, ms) => {
  Object.assign(state, { timing, running, elapsed: ms, since: performance.now() });
  draw();
};

/* What a press will do, shown at once; the server's answer then counts. */
const foresee = (key) => {
  const now = elapsed();
  if (key === "start") set(true, true, 0);
  else if (key === "lap") set(true, true, 0);
  else if (key === "pause") set(true, false, now);
  else if (key === "resume") set(true, true, now);
  else set(false, false, 0);
};

const words = (ms) => {
  const seconds = Math.floor(ms / 1000);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const two = (number) => String(number).padStart(2, "0");
  const rest = `${two(seconds % 60)}秒`;
  return hours ? `${hours}時間${two(minutes)}分${rest}` : `${minutes}分${rest}`;
};
const tick = () => { at("clock").textContent = words(elapsed()); };
const draw = () => {
  tick();
  box.dataset.running = state.running ? "1" : "0";
  at("state").textContent = state.running ? "計測中" : state.timing ? "中断中" : "止まっています";
  at("primary").value = state.timing ? "lap" : "start";
  at("primary-words").textContent = state.timing ? "1件終わり、次へ" : "始める";
  at("pause").value = state.timing && !state.running ? "resume" : "pause";
  at("pause-words").textContent = state.timing && !state.running ? "再開" : "中断";
  for (const button of buttons) if (button.id !== "primary") button.disabled = !state.timing;
};
const tell = (says, problem) => {
  at("says").textContent = says;
  at("problem").textContent = problem;
};

const take = (answer) => {
  if (!queue.length) set(answer.timing, answer.running, answer.elapsed_ms);
  at("study").innerHTML = answer.study;
  tell(answer.says, answer.problem);
};
const post = async (action, fields) => {
  const body = new URLSearchParams({ csrf: box.dataset.csrf, ...fields });
  const answer = await fetch(action, { method: "POST", body, headers: { accept: "application/json" } });
  if (answer.status === 401) { location.href = "/sign-in"; return null; }
  if (answer.status >= 500) throw new Error("again");
  return answer.json();
};
const send = async () => {
  if (sending || !queue.length) return;
  sending = true;
  try {
    while (queue.length) {
      const { pressed, ...fields } = queue[0];
      const answer = await post(form.action, { ...fields, waited_ms: Math.max(0, Date.now() - pressed) });
      if (!answer) return;
      queue.shift();
      keepQueue();
      if ("study" in answer) take(answer);
      else { tell("", answer.problem || ""); }
    }
  } catch {
    tell("", "つながりません。計測は続いています。つながりしだい記録します。");
    setTimeout(send, RETRY_MS);
  } finally {
    sending = false;
  }
};

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const key = event.submitter ? event.submitter.value : at("primary").value;
  const done = key === "lap" || key === "stop";
  const items = done ? at("items").value || "1" : "1";
  queue.push({ press_id: newId(), key, items, note: done ? at("note").value : "", pressed: Date.now() });
  keepQueue();
  foresee(key);
  if (done) { at("items").value = "1"; at("note").value = ""; }
  at("primary").focus();
  send();
});
at("study").addEventListener("submit", async (event) => {
  event.preventDefault();
  const undone = event.target.elements.seq.value;
  try {
    const answer = await post(event.target.getAttribute("action"), { seq: undone });
    if (answer && "study" in answer) { at("study").innerHTML = answer.study; tell(`番号 ${undone} を取り消しました。`, ""); }
  } catch {
    tell("", "つながりません。もう一度押してください。");
  }
  at("primary").focus();
});

/* The place of a key, not its letter: right whatever the input method makes of it. */
document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input, select, textarea");
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.repeat && event.key === "Enter") { event.preventDefault(); return; }
  if (typing) {
    if (event.key === "Enter" && form.contains(event.target)) { event.preventDefault(); at("primary").focus(); }
    return;
  }
  if (event.repeat) return;
  if (event.key === "Enter" && event.target === document.body) { event.preventDefault(); at("primary").click(); return; }
  const found = /^(?:Key|Digit|Numpad)([A-Z1-9])$/.exec(event.code);
  if (!found) return;
  if (/[1-9]/.test(found[1])) { event.preventDefault(); at("items").value = found[1]; return; }
  const target = document.querySelector(`[data-key="${found[1].toLowerCase()}"]:not(:disabled)`);
  if (target) { event.preventDefault(); target.click(); }
});

for (const one of queue) foresee(one.key);
draw();
setInterval(tick, 250);
send();
