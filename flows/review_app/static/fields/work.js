/* The page of one question after the other. It works without this script, slower. */

import { Attention } from "./attention.js";
import { Desk, Refused, SignedOut, Unreachable, uuid } from "./desk.js";
import { commandOf, endsConversion } from "./keys.js";
import { Outbox } from "./outbox.js";
import { prepare, Queue } from "./queue.js";
import { Sealed } from "./sealed.js";
import { View } from "./view.js";

const CHECK_AFTER_MS = 120;
const DRAFT_AFTER_MS = 150;
const ADDRESS_AFTER_MS = 300;
/* Nobody sees and decides so fast: a key that bounces must not settle what follows. */
const BLINK_MS = 90;
const ANSWERS = /^(?:Enter|[1-9]|Delete|F8|F9)$/;
const RESUME = "yakuba:resume";
const TRAIL = 100;
const root = document.getElementById("work");
const news = document.getElementById("news");
const help = document.getElementById("help");
const around = document.getElementById("around");

class Work {
  constructor(desk, sealed, state) {
    this.desk = desk;
    this.sealed = sealed;
    this.lease = state.lease;
    this.attention = new Attention(state.idle);
    this.trail = [];
    this.bounced = [];
    this.sent = new Map();
    this.refused = 0;
    this.ending = false;
    this.outbox = new Outbox(desk, sealed, document.getElementById("saving"), (...told) => this.settled(...told));
    this.queue = new Queue(desk, root.dataset.group, root.dataset.place, () => this.held());
    this.queue.counted = (counts) => this.counted(counts);
    this.timers = {};
  }

  /* Questions this window has, those on their way included. */
  held() {
    return [...(this.view ? [this.view.data.id] : []), ...this.outbox.items];
  }

  async begin() {
    const article = root.querySelector("article");
    const id = article.dataset.item;
    const data = {
      id,
      place: root.dataset.place,
      title: article.querySelector("h1").textContent,
      group: article.dataset.group,
      ticket: article.querySelector("[name=ticket]").value,
      html: article.outerHTML,
      called: document.getElementById("group-title")?.textContent || "",
      crop: "",
    };
    const unsent = this.sealed.names("a:").length > 0;
    this.show({ data, article, release: () => {} });
    this.listen();
    await this.restoreDraft();
    await this.outbox.restore();
    if (unsent && this.sent.get(id) === "stored") this.next();
    this.queue.fill().catch((error) => this.trouble(error));
    setInterval(() => this.renew(), (this.lease * 1000) / 3);
  }

  // --- showing

  show(card) {
    this.view?.card.release();
    this.view = new View(card);
    if (root.firstElementChild !== card.article) root.replaceChildren(card.article);
    window.scrollTo(0, 0);
    this.view.focus();
    this.shownAt = performance.now();
    document.title = `${card.data.title}｜役場`;
    this.attention.take();
    if (card.told) this.view.askedBack(card.told);
    if (this.counts) this.counted(this.counts);
    clearTimeout(this.timers.address);
    this.timers.address = setTimeout(() => {
      const query = root.dataset.group ? `?group=${root.dataset.group}` : "";
      history.replaceState(null, "", `/items/${card.data.id}${query}`);
      sessionStorage.setItem(RESUME, `/items/${card.data.id}${query}`);
    }, ADDRESS_AFTER_MS);
    document.dispatchEvent(new CustomEvent("yakuba:shown", { detail: card.data.id }));
  }

  async next() {
    const card = this.queue.take();
    if (card) {
      this.show(card);
      return;
    }
    this.wait();
    try {
      await this.queue.fill();
      const found = this.queue.take();
      if (found) this.show(found);
      else await this.end();
    } catch (error) {
      this.trouble(error);
      setTimeout(() => this.next(), 1500);
    }
  }

  wait() {
    this.view?.card.release();
    this.view = null;
    const text = document.createElement("p");
    text.className = "card narrow waiting";
    text.setAttribute("role", "status");
    text.textContent = "次の質問を用意しています。つながらないときは、つながるまでお待ちください。入力したものは失われません。";
    root.replaceChildren(text);
  }

  /* Nothing left: to the overview, once everything has arrived. */
  async end() {
    if (this.ending) return;
    this.ending = true;
    const all = await this.outbox.drained(15000);
    this.ending = false;
    if (this.bounced.length) {
      this.show(this.bounced.shift());
    } else if (all) {
      sessionStorage.removeItem(RESUME);
      location.assign("/?waits");
    } else {
      setTimeout(() => this.end(), 1000);
    }
  }

  // --- answering

  submit(decision, value = "", chosen = false) {
    const view = this.view;
    if (!view) return;
    if (decision === "value" && !chosen && !this.makesSense(value)) return;
    const before = this.trail.find((one) => one.data.id === view.data.id);
    const answer = {
      answer: uuid(),
      item: view.data.id,
      ticket: view.data.ticket,
      follows: before ? before.answer.answer : "",
      decision,
      value: decision === "value" ? value : "",
      chosen,
      insisted: view.insisted,
      seconds: this.attention.take(),
    };
    if (before) Object.assign(before, { answer, fresh: false });
    else this.trail.push({ data: view.data, answer, fresh: true });
    if (this.trail.length > TRAIL) this.trail.shift();
    this.outbox.add(answer);
    clearTimeout(this.timers.draft);
    this.sealed.remove(`d:${view.data.id}`);
    this.next();
  }

  /* Stays where the server already said that a text makes no sense, or doubts it. */
  makesSense(text) {
    const view = this.view;
    if (view.input && !text.trim()) {
      view.say("入力がありません。何も書かれていないときは「空欄」を選んでください。", "problem");
      return false;
    }
    const known = view.known?.text === text ? view.known : null;
    if (known?.problem) return false;
    if (known?.doubt && view.insisted !== text) {
      view.insisted = text;
      view.say(`${known.doubt}紙のとおりなら、もう一度 Enter を押してください。`, "doubt");
      return false;
    }
    return true;
  }

  /* What became of an answer. */
  settled(result, answer, counts) {
    this.sent.set(result.item, result.status === "again" ? "stored" : result.status);
    if (counts) this.counted(counts);
    if (result.status === "asked") this.bounce(result, answer);
    if (result.status === "taken" || result.status === "gone") {
      this.refused += 1;
      news.textContent = `${this.refused} 件は、ほかの職員が先に答えたか取り下げられたため、記録していません。`;
    }
  }

  /* The server asks about an answer that was already left: it comes back next. */
  async bounce(result, answer) {
    const found = this.trail.find((one) => one.answer.answer === answer.answer);
    if (!found) {
      location.assign(`/items/${answer.item}`);
      return;
    }
    if (answer.follows) found.answer = { ...answer, answer: answer.follows };
    else this.trail = this.trail.filter((one) => one !== found);
    const card = await prepare(found.data);
    card.told = result;
    if (this.view) this.queue.putFirst(card);
    else this.bounced.push(card);
    news.textContent = "先ほどの答えに確かめることがあります。次に出ます。";
  }

  // --- moving

  /* Where the question shown stands among those answered; its end when it is not. */
  get here() {
    const found = this.trail.findIndex((one) => one.data.id === this.view.data.id);
    return found < 0 ? this.trail.length : found;
  }

  async undo() {
    const { here } = this;
    if (here === 0) {
      if (await this.outbox.drained(3000)) location.assign(`/items/${this.view.data.id}/back${location.search}`);
      return;
    }
    if (here === this.trail.length) this.queue.putFirst(await prepare(this.view.data));
    const before = this.trail[here - 1];
    this.show(await prepare(before.data));
    this.view.answeredBefore(before.answer);
    this.view.focus();
  }

  later() {
    const { id } = this.view.data;
    const open = this.here === this.trail.length;
    this.sealed.remove(`d:${id}`);
    this.next();
    if (open) this.desk.post("/desk/leave", { tab: this.desk.tab, items: [id] }).catch(() => {});
  }

  async showAround() {
    if (around.open) { around.close(); return; }
    const picture = around.querySelector("img");
    picture.src = `/items/${this.view.data.id}/page.png`;
    try {
      await picture.decode();
      around.showModal();
    } catch {
      news.textContent = "ページ全体の画像はありません。";
    }
  }

  // --- leases, counts, trouble

  async renew() {
    if (this.attention.idleForMs > this.lease * 1000) {
      this.stale = true;
      return;
    }
    try {
      if (this.stale) this.queue.clear();
      this.stale = false;
      await this.queue.fill();
    } catch (error) {
      this.trouble(error);
    }
  }

  /* What the server counted, less what is on its way to it. */
  counted(counts) {
    this.counts = counts;
    if (!this.view) return;
    const under = this.trail.filter((one) => one.fresh && this.outbox.has(one.answer.answer));
    const mine = this.view.data.group;
    const [open, total] = counts[mine] || [0, 0];
    const left = Math.max(0, open - under.filter((one) => one.data.group === mine).length);
    const all = Object.values(counts).reduce((sum, [one]) => sum + one, 0);
    this.write("group-title", this.view.data.called);
    this.write("group-open", left);
    this.write("all-open", Math.max(0, all - under.length));
    const bar = document.getElementById("group-progress");
    if (bar) { bar.max = total; bar.value = total - left; }
  }

  write(id, text) {
    const place = document.getElementById(id);
    if (place) place.textContent = text;
  }

  trouble(error) {
    if (error instanceof SignedOut) {
      news.replaceChildren("サインインが切れました。");
      const link = document.createElement("a");
      link.href = "/sign-in";
      link.textContent = "サインインして続ける";
      news.append(link);
    } else if (!(error instanceof Unreachable || error instanceof Refused)) {
      throw error;
    }
  }

  // --- typing

  typed() {
    const { view } = this;
    const text = view.input.value;
    if (view.insisted !== text) view.insisted = "";
    view.article.classList.toggle("typing", text !== "");
    clearTimeout(this.timers.check);
    clearTimeout(this.timers.draft);
    if (!text) view.say("", "says");
    this.timers.draft = setTimeout(() => {
      if (text) this.sealed.put(`d:${view.data.id}`, { value: text });
      else this.sealed.remove(`d:${view.data.id}`);
    }, DRAFT_AFTER_MS);
    if (text.trim()) this.timers.check = setTimeout(() => this.check(view, text), CHECK_AFTER_MS);
  }

  async check(view, text) {
    try {
      const found = await this.desk.post("/desk/check", { item: view.data.id, value: text });
      if (view === this.view && view.input.value === text) view.tell(text, found);
    } catch (error) {
      if (error instanceof SignedOut) this.trouble(error);
    }
  }

  async restoreDraft() {
    const view = this.view;
    const draft = await this.sealed.get(`d:${view.data.id}`);
    if (!draft || !view.input || view !== this.view) return;
    view.input.value = draft.value;
    view.input.setSelectionRange(draft.value.length, draft.value.length);
    this.typed();
  }

  // --- keys

  listen() {
    document.addEventListener("keydown", (event) => this.key(event));
    root.addEventListener("input", (event) => {
      if (event.target === this.view?.input && !event.isComposing) this.typed();
    });
    root.addEventListener("compositionend", () => this.typed());
    root.addEventListener("submit", (event) => this.pressed(event));
    root.addEventListener("click", (event) => {
      const target = event.target.closest("[data-key]");
      if (target?.matches("a, [data-key='?']") && this.command(target.dataset.key)) event.preventDefault();
    });
    window.addEventListener("pagehide", () => {
      const ids = [...this.queue.ids, ...(this.view ? [this.view.data.id] : [])];
      this.desk.post("/desk/leave", { tab: this.desk.tab, items: ids }, { last: true }).catch(() => {});
    });
  }

  key(event) {
    if (help.open || around.open) return;
    if (endsConversion(event)) { event.preventDefault(); return; }
    const { view } = this;
    const inOther = event.target.closest?.("details, .top");
    if (!view || inOther) return;
    const command = commandOf(event, { input: view.input, free: view.free });
    if (!command) {
      // Typing goes into the text wherever the focus is.
      const plain = event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey;
      if (plain && event.key !== " " && view.input && event.target !== view.input) view.input.focus();
      return;
    }
    const fresh = !view.input?.value && performance.now() - this.shownAt < BLINK_MS;
    const bounced = fresh && ANSWERS.test(command);
    if (event.repeat || bounced) {
      if (command !== "Backspace") event.preventDefault();
      return;
    }
    // Enter on a button that has the focus presses that button.
    if (command === "Enter" && event.target !== view.input && event.target.matches?.("button, a, summary, input")) return;
    if (this.command(command)) event.preventDefault();
  }

  /* Returns whether the command meant something here. */
  command(name) {
    const { view } = this;
    switch (name) {
      case "Enter": return this.enter();
      case "F2": return view.edit() && (this.typed(), true);
      case "F4": this.showAround(); return true;
      case "PageUp": this.undo(); return true;
      case "PageDown": this.later(); return true;
      case "ArrowDown": view.move(1); return true;
      case "ArrowUp": view.move(-1); return true;
      case "?": help.showModal(); return true;
      case "Escape": return this.escape();
      case "Backspace":
        view.digitsType = true;
        view.say("数字から入力できます。", "says");
        return true;
      default: return this.press(name);
    }
  }

  enter() {
    const { view } = this;
    if (view.ticks.length) {
      view.form.requestSubmit(view.button("Enter"));
    } else if (view.input && (view.input.value || view.marked < 0)) {
      this.submit("value", view.input.value);
    } else if (view.marked >= 0) {
      this.choose(view.choices[view.marked]);
    }
    return true;
  }

  escape() {
    const { view } = this;
    if (!view.input) return false;
    view.input.value = "";
    view.digitsType = false;
    view.mark(view.first);
    this.typed();
    view.focus();
    return true;
  }

  press(key) {
    const target = this.view.button(key);
    if (!target) return false;
    if (target.type === "checkbox") target.checked = !target.checked;
    else if (target.classList.contains("choice")) this.choose(target);
    else this.submit(target.value);
    return true;
  }

  choose(button) {
    if (button.name === "decision") this.submit(button.value);
    else this.submit("value", button.value, true);
  }

  /* A button of the form was pressed, by mouse or by a key that the browser knows. */
  pressed(event) {
    if (event.target !== this.view?.form) return;
    event.preventDefault();
    const button = event.submitter;
    if (button?.classList.contains("choice")) this.choose(button);
    else if (button && button.value !== "value") this.submit(button.value);
    else if (this.view.ticks.length) {
      const ticked = this.view.ticks.filter((one) => one.checked).map((one) => one.value);
      this.submit("value", ticked.join("・"));
    } else this.enter();
  }
}

const start = async () => {
  const desk = new Desk();
  const state = await desk.start();
  const sealed = await Sealed.open(state.key, state.tag);
  const work = new Work(desk, sealed, state);
  await work.begin();
  document.documentElement.dataset.ready = "yes";
};

start();
