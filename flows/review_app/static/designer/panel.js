// What is chosen, in a form: name, kind, checks; of the whole form when nothing is.

import { tenth } from "./drawing.js";
import { element } from "./elements.js";

const TEXTUAL = ["name", "kana", "date", "address", "postal", "phone", "amount", "digits", "text"];
const SIDES = ["左", "上", "幅", "高さ"];

export class Panel {
  // words: kinds, classes, checkDigits, wordLists, eras — each {value: 日本語}
  // hooks: focus(key) of the paper
  constructor(place, drawing, words, hooks) {
    this.hooks = hooks;
    this.place = place;
    this.drawing = drawing;
    this.words = words;
    this.findings = [];
    this.drawsOptions = false;
    this.shown = undefined;
  }

  focus() {
    this.place.querySelector("input, select")?.focus();
  }

  // Draw anew; what is being typed is left alone.
  draw() {
    const chosen = this.drawing.chosen;
    const subject = chosen?.option ?? chosen?.one ?? null;
    const look = JSON.stringify([
      this.drawing.generation, subject?.key, subject?.kind, subject?.options?.length, subject?.notes, this.drawsOptions,
      this.drawing.values.tables.length, this.drawing.values.totals.length, chosen?.table?.key,
    ]);
    if (this.shown !== look) {
      this.shown = look;
      const active = document.activeElement?.id;
      this.place.replaceChildren(...this.#parts(chosen, subject).filter(Boolean));
      if (active) document.getElementById(active)?.focus();
    }
    this.#fill();
    this.#say(chosen);
  }

  #parts(chosen, subject) {
    this.inputs = [];
    if (!subject) return this.#form();
    if (subject.columns) return this.#table(subject);
    return this.#field(subject, chosen.table);
  }

  #field(one, table) {
    const { kinds, classes, checkDigits, wordLists } = this.words;
    const parts = [element("h2", {}, table ? "列" : "欄"), this.#remarks(one)];
    parts.push(
      this.#text(one, "label", "ラベル（用紙に印刷された名前）"),
      this.#text(one, "id", "id（英小文字・数字・_）", { pattern: "[a-z][a-z0-9_]*", autocapitalize: "off", spellcheck: "false" }),
      this.#select(one, "kind", "書かれるもの", kinds),
      this.#select(one, "error_class", "誤りの重さ", classes, "ordinary"),
      this.#check(one, "required", "必ず書かれる"),
    );
    if (TEXTUAL.includes(one.kind)) {
      parts.push(element("div", { class: "pair" },
        this.#count(one, "cells", "一字ずつの枠の数", "なし"),
        this.#count(one, "lines", "行数", "1")));
    }
    if (one.kind === "digits") parts.push(this.#select(one, "check_digit", "検査数字", checkDigits, ""));
    if (one.kind === "code") {
      parts.push(this.#text(one, "says", "コードの内容（欄の id を { } で。例 MNT26-{notice_no}）", { spellcheck: "false" }));
    }
    if (["text", "name", "address", "kana"].includes(one.kind)) {
      parts.push(this.#select(one, "words", "辞書", wordLists, ""));
    }
    if (["choice", "date"].includes(one.kind)) parts.push(this.#options(one));
    parts.push(this.#box(one), this.#doings(one, table));
    return parts;
  }

  #table(one) {
    return [
      element("h2", {}, "同じ形の行が並ぶ表"), this.#remarks(one),
      this.#text(one, "label", "ラベル"),
      this.#text(one, "id", "id（英小文字・数字・_）", { pattern: "[a-z][a-z0-9_]*" }),
      element("div", { class: "pair" },
        this.#number(one, "rows", "行数", { min: 1, max: 200, step: 1 }),
        this.#number(one, "row_height_mm", "行の高さ（mm）", { min: 0.5, step: 0.1 })),
      element("p", { class: "quiet" }, "枠は1行目だけを描きます。表を選んだまま用紙に描くと、列が増えます。"),
      element("div", { class: "doings" }, this.#button("表を消す", () => this.drawing.remove(one.key), "remove")),
    ];
  }

  #form() {
    const { values } = this.drawing;
    const head = (name, title, more) => this.#labelled(title, (id) => this.#bound(id, () => values[name] ?? "",
      (text) => this.drawing.change(`form.${name}`, () => {
        if (text || ["form", "title", "version"].includes(name)) values[name] = text;
        else delete values[name];
      }), more));
    return [
      element("h2", {}, "様式"),
      head("title", "様式の名前"),
      head("form", "form（英小文字・数字・_）", { pattern: "[a-z][a-z0-9_]*" }),
      head("version", "版"),
      this.#totals(values),
      element("details", {},
        element("summary", {}, "続きの用紙・二次元コード"),
        head("continues", "この用紙が続きになる様式（form）"),
        head("bound_by", "用紙をつなぐ番号の欄（id）"),
        head("code_begins", "印刷された二次元コードの始まりの文字")),
    ];
  }

  #totals(values) {
    const rows = values.totals.map((total, place) => element("div", { class: "total" },
      this.#labelled(`足す欄（id をカンマで）${place + 1}`, (id) => this.#bound(id, () => (total.parts ?? []).join(", "),
        (text) => this.drawing.change(`total${place}.parts`, () => {
          total.parts = text.split(/[,、，\s]+/).filter(Boolean);
        }))),
      this.#labelled(`合計の欄（id）${place + 1}`, (id) => this.#bound(id, () => total.total ?? "",
        (text) => this.drawing.change(`total${place}.total`, () => { total.total = text; }))),
      this.#button("この合計を消す", () => this.drawing.change("totals", () => { values.totals.splice(place, 1); }))));
    const amounts = this.drawing.entries().filter(({ one }) => one.kind === "amount");
    const guess = () => {
      const sum = amounts.filter(({ one }) => one.label.includes("計")).at(-1);
      const parts = amounts.filter((entry) => entry !== sum && !entry.one.label.includes("計"));
      return { parts: parts.map(({ one, table }) => (table ? `${table.id}.${one.id}` : one.id)), total: sum?.one.id ?? "" };
    };
    return element("fieldset", {}, element("legend", {}, "足して合う金額"), ...rows,
      this.#button("合計を加える", () => this.drawing.change("totals", () => { values.totals.push(guess()); })));
  }

  #options(one) {
    const list = (one.options ?? []).map((option, place) => {
      const name = `${one.key}-option${place}`;
      const value = one.kind === "date"
        ? element("select", { id: name, "aria-label": `元号 ${place + 1}` }, ...this.words.eras.map((era) => element("option", { value: era }, era)))
        : element("input", { id: name, type: "text", "aria-label": `選択肢 ${place + 1}` });
      value.value = option.value;
      value.addEventListener("input", () => this.drawing.change(name, () => { option.value = value.value; }));
      return element("li", {}, value,
        this.#button("消す", () => { this.drawing.remove(option.key); this.drawing.select(one.key); }));
    });
    const draw = element("button", { type: "button", "aria-pressed": String(this.drawsOptions), id: "draw-options" },
      this.drawsOptions ? "描き終わる" : "用紙に描いて加える");
    draw.addEventListener("click", () => { this.drawsOptions = !this.drawsOptions; this.draw(); draw.blur(); });
    const title = one.kind === "date" ? "丸をつける元号" : "選ぶ言葉";
    return element("fieldset", {}, element("legend", {}, title),
      element("ol", { class: "options" }, ...list),
      element("div", { class: "doings" }, draw, this.#button("キーで加える", () => this.#addOption(one))),
      element("p", { class: "quiet" }, "印刷された言葉（チェックなら四角の内側）をぴったり囲みます。"),
      this.#select(one, "marked_by", "選び方", { circle: "丸で囲む", tick: "四角に印をつける" }, "circle"),
      one.kind === "choice" ? this.#check(one, "several", "二つ以上選べる") : null);
  }

  // Without a mouse: a word beside the last one, to be moved with the arrow keys.
  #addOption(one) {
    const [left, top, , height] = one.options?.at(-1)?.box_mm ?? one.box_mm;
    const wide = one.options?.at(-1)?.box_mm[2] ?? 0;
    const values = (one.options ?? []).map((option) => option.value);
    const value = one.kind === "date" ? this.words.eras.find((era) => !values.includes(era)) : `選択肢${values.length + 1}`;
    const across = Math.min(left + wide + 2, this.drawing.pageMm[0] - 8);
    this.drawing.addOption(one.key, { value: value ?? "", box_mm: [tenth(across), top, 8, height] });
    this.hooks.focus(one.options.at(-1).key);
  }

  #box(one) {
    const inputs = SIDES.map((title, place) => this.#labelled(title, (id) => {
      const input = element("input", { id, type: "number", step: 0.5, min: 0 });
      input.addEventListener("change", () => {
        const box = [...one.box_mm];
        const typed = input.valueAsNumber;
        if (Number.isFinite(typed)) box[place] = typed;
        this.drawing.place(one.key, box, `side${place}`);
      });
      this.inputs.push(() => { if (document.activeElement !== input) input.value = this.drawing.find(one.key)?.one.box_mm?.[place] ?? ""; });
      return input;
    }));
    return element("fieldset", {}, element("legend", {}, "場所（mm）"), element("div", { class: "sides" }, ...inputs));
  }

  #doings(one, table) {
    const doings = [
      this.#button("複製", () => this.drawing.copy(one.key), "copy"),
      this.#button("消す", () => this.drawing.remove(one.key), "remove"),
    ];
    if (table) doings.push(this.#button("表から出す", () => this.drawing.fromTable(one.key)));
    else {
      doings.push(this.#button("繰り返す行にする", () => this.drawing.toTable(one.key), "to-table"));
      for (const other of this.drawing.values.tables) {
        doings.push(this.#button(`表「${other.label}」の列にする`, () => this.drawing.toTable(one.key, other)));
      }
    }
    return element("div", { class: "doings" }, ...doings);
  }

  #remarks(one) {
    if (!one.notes?.length) return null;
    return element("div", { class: "remarks" }, ...one.notes.map((note) => element("p", {}, `要確認: ${note}`)),
      this.#button("確かめた", () => this.drawing.change("notes", () => { one.notes = []; })));
  }

  // --- inputs -----------------------------------------------------------------

  #labelled(title, make) {
    const id = `p${this.inputs.length}-${title.length}`;
    return element("div", { class: "one" }, element("label", { for: id }, title), make(id));
  }

  #bound(id, read, write, more = {}) {
    const input = element("input", { id, type: "text", autocomplete: "off", ...more });
    input.addEventListener("input", () => write(input.value.trim()));
    // What is being typed is left alone; an empty input takes what is suggested.
    this.inputs.push(() => { if (document.activeElement !== input || !input.value) input.value = read(); });
    return input;
  }

  #text(one, name, title, more = {}) {
    return this.#labelled(title, (id) => {
      const input = this.#bound(id, () => this.drawing.find(one.key)?.one[name] ?? "",
        (text) => this.drawing.set(one.key, name, text), more);
      input.name = name;
      return input;
    });
  }

  #number(one, name, title, more) {
    return this.#labelled(title, (id) => {
      const input = element("input", { id, name, type: "number", ...more });
      input.addEventListener("input", () => {
        if (Number.isFinite(input.valueAsNumber)) this.drawing.set(one.key, name, input.valueAsNumber);
      });
      this.inputs.push(() => { if (document.activeElement !== input) input.value = this.drawing.find(one.key)?.one[name] ?? ""; });
      return input;
    });
  }

  #count(one, name, title, usual) {
    return this.#labelled(title, (id) => {
      const input = element("input", { id, name, type: "number", min: 1, max: 200, step: 1, placeholder: usual });
      input.addEventListener("input", () => {
        this.drawing.set(one.key, name, input.value ? input.valueAsNumber : undefined);
      });
      this.inputs.push(() => { if (document.activeElement !== input) input.value = this.drawing.find(one.key)?.one[name] ?? ""; });
      return input;
    });
  }

  #select(one, name, title, choices, usual) {
    return this.#labelled(title, (id) => {
      const known = { ...choices };
      if (one[name] && !(one[name] in known)) known[one[name]] = one[name];
      const select = element("select", { id, name },
        ...Object.entries(known).map(([value, said]) => element("option", { value }, said)));
      select.addEventListener("change", () => this.drawing.set(one.key, name, select.value === usual && name !== "error_class" ? undefined : select.value));
      this.inputs.push(() => { select.value = this.drawing.find(one.key)?.one[name] ?? usual ?? ""; });
      return select;
    });
  }

  #check(one, name, title) {
    const input = element("input", { type: "checkbox", name });
    input.addEventListener("change", () => this.drawing.set(one.key, name, name === "several" && !input.checked ? undefined : input.checked));
    this.inputs.push(() => { input.checked = Boolean(this.drawing.find(one.key)?.one[name]); });
    return element("label", { class: "check" }, input, ` ${title}`);
  }

  #button(title, how, name = "") {
    return element("button", { type: "button", "data-do": name, onclick: how }, title);
  }

  #fill() {
    for (const fill of this.inputs) fill();
  }

  #say(chosen) {
    this.place.querySelector(".findings")?.remove();
    const at = String(chosen ? chosen.at : []);
    const said = this.findings.filter((found) => String(found.at) === at);
    if (!chosen) return; // of the form as a whole the list of fields tells
    const list = element("div", { class: "findings" }, ...said.map((found) => finding(found, false)));
    this.place.querySelector("h2")?.after(list);
  }
}

export function finding(found, withPlace) {
  const place = withPlace && found.place ? `${found.place}: ` : "";
  return element("p", { class: found.fault ? "fault" : "warning" },
    element("b", {}, found.fault ? "誤り " : "注意 "), `${place}${found.what}。`,
    found.remedy ? element("span", {}, `→ ${found.remedy}。`) : null);
}
