// Joins paper, list, panel and trial; speaks with the server; loses nothing that was drawn.

import { Drawing } from "./drawing.js";
import { element } from "./elements.js";
import { finding, Panel } from "./panel.js";
import { Sheet } from "./sheet.js";
import { Trial } from "./trial.js";

const CHECK_AFTER_MS = 350;
const board = document.getElementById("board");
const { name, who, csrf } = board.dataset;
const words = JSON.parse(board.dataset.words);
const here = `/forms/${encodeURIComponent(name)}`;
const kept = `yakuba.form.${who}.${name}`; // another's unsaved work is not mine
const status = document.getElementById("said");
const dialog = document.getElementById("conflict");
const hint = status.textContent;

board.hidden = false; // without scripts its buttons would do nothing

let base = "";
let state = "draft";
let used = false;
let clean = "";
let findings = [];
let checking = null;
let timer = 0;

function say(text, problem = false) {
  status.textContent = text || hint;
  status.classList.toggle("problem", problem);
}

async function post(path, body, signal) {
  const json = !(body instanceof FormData);
  const answer = await fetch(`${here}/${path}`, {
    method: "POST", signal,
    headers: { "x-csrf-token": csrf, accept: "application/json", ...(json ? { "content-type": "application/json" } : {}) },
    body: json ? JSON.stringify(body) : body,
  });
  const text = await answer.text();
  let said;
  try {
    said = JSON.parse(text);
  } catch {
    said = { problem: text || "つながりません。もう一度お試しください。" };
  }
  return { ok: answer.ok, status: answer.status, said };
}

async function start() {
  const answer = await fetch(`${here}/data`, { headers: { accept: "application/json" } });
  if (!answer.ok) {
    say("様式を開けませんでした。開き直してください。", true);
    return;
  }
  const opened = await answer.json();
  const drawing = new Drawing(opened.values);
  const room = document.getElementById("room");
  const panel = new Panel(document.getElementById("panel"), drawing, words, {
    focus: (key) => { drawing.select(key); sheet.focus(key); },
  });
  const sheet = new Sheet(room, drawing, `${here}/blank.png`, {
    kindName: (kind) => words.kinds[kind] ?? kind,
    drawsOptions: () => panel.drawsOptions,
    open: (key) => { drawing.select(key); panel.focus(); },
    drawn: (box) => drawn(drawing, panel, sheet, box),
    pointed: (x, y) => pointed(drawing, sheet, x, y),
  });
  const trial = new Trial(document.getElementById("trial"), sheet, drawing, {
    say, blank: `${here}/blank.png`,
    pictures: (token, page, part) => `${here}/try/${token}/${page}/${part}.png`,
    send: async (form) => {
      const { ok, said } = await post("try", form).catch(lost);
      if (!ok) say(said.problem, true);
      return ok ? said : null;
    },
  });
  const parts = { drawing, panel, sheet, trial };
  const left = localStorage.getItem(kept);
  take(opened, parts);
  wire(parts);
  if (left) bringBack(parts, left);
}

function lost() {
  return { ok: false, status: 0, said: { problem: "つながりません。描いたものは残っています。もう一度お試しください。" } };
}

function take(opened, parts) {
  base = opened.base;
  state = opened.state;
  used = opened.used;
  parts.drawing.saved(opened.values);
  clean = JSON.stringify(parts.drawing.sent());
  found(opened.findings, parts);
  localStorage.removeItem(kept);
  marked(parts);
}

function found(listed, { panel, sheet, drawing }) {
  findings = listed;
  panel.findings = listed;
  sheet.findings = listed;
  sheet.draw();
  panel.draw();
  list(drawing, sheet);
  const faults = listed.filter((one) => one.fault).length;
  const notes = drawing.entries().reduce((sum, { one }) => sum + (one.notes?.length ?? 0), 0);
  const open = notes ? `・要確認 ${notes}件` : "";
  document.getElementById("faults").textContent = (faults || listed.length
    ? `誤り ${faults}件・注意 ${listed.length - faults}件` : "誤りはありません") + open;
  document.getElementById("faults").classList.toggle("problem", faults > 0);
  document.getElementById("use").disabled = faults > 0;
}

function marked({ drawing }) {
  const changed = JSON.stringify(drawing.sent()) !== clean;
  const saved = state === "used" ? "使用中" : used ? "使用中・変更の下書きあり" : "下書き";
  document.getElementById("state").textContent = changed ? `${saved}・保存していない変更あり` : saved;
  document.getElementById("undo").disabled = !drawing.canUndo;
  document.getElementById("redo").disabled = !drawing.canRedo;
  return changed;
}

function list(drawing, sheet) {
  const rows = drawing.entries().filter(({ option }) => !option).map(({ one, at, table }) => {
    const own = findings.filter((said) => String(said.at) === String(at));
    const faults = own.filter((said) => said.fault).length;
    const doubts = own.length - faults + (one.notes?.length ?? 0);
    const marks = [
      faults ? element("span", { class: "fault", title: "誤り" }, `✕${faults}`) : null,
      doubts ? element("span", { class: "warning", title: "注意" }, `！${doubts}`) : null,
    ];
    const kind = one.columns ? `表 ${one.rows}行` : words.kinds[one.kind] ?? one.kind;
    const chosen = one.key === drawing.selected;
    return element("li", { class: table ? "column" : "" }, element("button", {
      type: "button", "aria-current": chosen ? "true" : undefined, "data-row": one.key,
      onclick: () => { drawing.select(one.key); sheet.focus(one.key); },
    }, element("b", {}, one.label || "（名前なし）"), element("small", {}, kind), ...marks));
  });
  const place = document.getElementById("fields");
  const active = document.activeElement?.dataset?.row;
  place.replaceChildren(...rows);
  if (active) place.querySelector(`[data-row="${active}"]`)?.focus({ preventScroll: true });
  place.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  const whole = findings.filter((said) => !said.at.length);
  document.getElementById("whole").replaceChildren(...whole.map((said) => finding(said, true)));
}

async function drawn(drawing, panel, sheet, box) {
  const chosen = drawing.chosen;
  if (panel.drawsOptions && chosen) {
    const subject = chosen.option ?? chosen.one;
    const values = (subject.options ?? []).map((one) => one.value);
    const free = subject.kind === "date" ? words.eras.find((era) => !values.includes(era)) : `選択肢${values.length + 1}`;
    drawing.addOption(subject.key, { value: free ?? "", box_mm: box });
    return;
  }
  const table = chosen?.one.columns ? chosen.one : chosen?.table ?? null;
  const beside = table && near(table, box) ? table : null;
  const fresh = drawing.add({ id: "text", label: "", kind: "text", box_mm: box, required: false, error_class: "ordinary", notes: [] }, beside);
  sheet.focus(fresh.key);
  panel.focus();
  await named(drawing, fresh, box);
}

// A box drawn in the first row of a table becomes its column.
function near(table, box) {
  const tops = (table.columns ?? []).map((one) => one.box_mm[1]);
  return tops.length && Math.abs(Math.min(...tops) - box[1]) < Math.max(4, table.row_height_mm / 2);
}

// Ask what the print around it says; whatever was typed meanwhile counts more.
async function named(drawing, fresh, place) {
  say("用紙の文字を読んでいます…");
  const { ok, said } = await post("suggest", { place }).catch(lost);
  if (!ok) {
    say(said.problem, true);
    return;
  }
  say("");
  const now = drawing.find(fresh.key)?.one;
  if (!now || !said.field || now.label || now.kind !== "text") return;
  const { id, was, notes, box_mm: guessed, ...guess } = said.field;
  void was;
  void guessed;
  const taken = drawing.entries().some(({ one }) => one !== now && one.id === id);
  drawing.change("add-named", () => {
    Object.assign(now, guess, { notes });
    if (!taken && now.id.startsWith("text")) now.id = id;
    if (now.kind === "choice" && !now.options) now.kind = "text";
  });
}

async function pointed(drawing, sheet, x, y) {
  say("用紙の枠を探しています…");
  const { ok, said } = await post("suggest", { place: [x, y] }).catch(lost);
  if (!ok || !said.field) {
    say(ok ? "ここに枠は見つかりません。マウスで囲んでください。" : said.problem, !ok);
    return;
  }
  const [left, top] = said.field.box_mm;
  const there = drawing.values.fields.find(({ box_mm: box }) => box
    && Math.abs(box[0] - left) < 2 && Math.abs(box[1] - top) < 2);
  say("");
  if (there) drawing.select(there.key);
  else sheet.focus(drawing.add(said.field).key);
}

function check(parts) {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    checking?.abort();
    checking = new AbortController();
    const values = parts.drawing.sent();
    const answer = await post("check", { values }, checking.signal).catch(() => null);
    if (answer?.ok) found(answer.said.findings, parts);
    else if (answer) say(answer.said.problem, true);
  }, CHECK_AFTER_MS);
}

async function save(parts, wanted, over = base) {
  const why = document.getElementById("why").value;
  say("保存しています…");
  const values = parts.drawing.sent();
  const { ok, status: code, said } = await post("save", { values, base: over, state: wanted, why }).catch(lost);
  if (ok) {
    const unchanged = JSON.stringify(parts.drawing.sent()) === JSON.stringify(values);
    if (unchanged) take(said, parts);
    else base = said.base;
    document.getElementById("why").value = "";
    say(wanted === "used" ? "保存しました。次の実行からこの様式で読みます。" : "下書きを保存しました。使うまで、読み取りには影響しません。");
    return;
  }
  if (code === 409 && said.diff) conflict(parts, wanted, said);
  if (said.findings) found(said.findings, parts);
  say(said.problem, true);
}

function conflict(parts, wanted, said) {
  dialog.querySelector(".by").textContent = said.by ? `保存した人: ${said.by}` : "画面の外（ファイル）で直されました。";
  dialog.querySelector(".diff").replaceChildren(...said.diff.map(([mark, line]) => element("div", {
    class: mark === "+" ? "added" : mark === "-" ? "removed" : mark ? "gap" : "",
  }, `${mark || " "} ${line}`)));
  dialog.returnValue = "";
  dialog.onclose = async () => {
    if (dialog.returnValue === "mine") await save(parts, wanted, said.base);
    if (dialog.returnValue !== "theirs") return;
    const mine = parts.drawing.sent();
    const answer = await fetch(`${here}/data`, { headers: { accept: "application/json" } });
    const opened = await answer.json();
    take(opened, parts);
    parts.drawing.replace(mine); // so that undo and redo lead from one to the other
    parts.drawing.undo();
    say("相手の内容を開きました。「やり直す」で自分の内容に戻せます。");
  };
  dialog.showModal();
}

// What was drawn and not saved survives a reload, a crash and a restart of the server.
function bringBack(parts, left) {
  const { base: before, values } = JSON.parse(left);
  if (JSON.stringify(values) === clean) return;
  parts.drawing.replace(values);
  const moved = before !== base;
  if (moved) base = before; // so that saving shows what the other changed
  say(moved
    ? "保存していない変更を戻しました。その間に別の保存があったので、保存するときに見比べます。"
    : "保存していない変更を戻しました。「元に戻す」で保存した内容になります。");
}

function wire(parts) {
  const { drawing, panel, sheet, trial } = parts;
  drawing.addEventListener("change", () => {
    sheet.draw();
    panel.draw();
    list(drawing, sheet);
    if (marked(parts)) localStorage.setItem(kept, JSON.stringify({ base, values: drawing.sent() }));
    else localStorage.removeItem(kept);
    check(parts);
  });
  drawing.addEventListener("select", () => {
    panel.drawsOptions = false;
    sheet.draw();
    panel.draw();
    list(drawing, sheet);
  });
  const press = (id, how) => document.getElementById(id).addEventListener("click", how);
  press("undo", () => drawing.undo());
  press("redo", () => drawing.redo());
  press("larger", () => { sheet.zoom *= 1.25; sheet.draw(); });
  press("smaller", () => { sheet.zoom /= 1.25; sheet.draw(); });
  press("fit", () => { sheet.fit(); sheet.draw(); });
  press("add", () => {
    const [wide, high] = drawing.pageMm;
    drawn(drawing, panel, sheet, [Math.round(wide / 2 - 25), Math.round(high / 2 - 4), 50, 8]);
  });
  press("form", () => { drawing.select(null); panel.focus(); });
  press("save", () => save(parts, "draft"));
  press("use", () => save(parts, "used"));
  const input = document.getElementById("scan");
  press("try", () => input.click());
  input.addEventListener("change", () => { if (input.files[0]) trial.read(input.files[0]); input.value = ""; });
  board.addEventListener("dragover", (event) => event.preventDefault());
  board.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files[0]) trial.read(event.dataTransfer.files[0]);
  });
  document.addEventListener("keydown", (event) => shortcut(event, parts));
  window.addEventListener("beforeunload", (event) => { if (marked(parts)) event.preventDefault(); });
}

function shortcut(event, parts) {
  if (!(event.ctrlKey || event.metaKey) || event.isComposing || dialog.open) return;
  const key = event.key.toLowerCase();
  const { drawing } = parts;
  if (key === "s") save(parts, "draft");
  else if (key === "z" && !event.shiftKey) drawing.undo();
  else if (key === "y" || key === "z") drawing.redo();
  else if (key === "d" && drawing.chosen?.one.box_mm && !drawing.chosen.option) drawing.copy(drawing.selected);
  else return;
  event.preventDefault();
}

start();
