// A filled scan read at once by what is drawn; nothing of it is stored.

import { element } from "./elements.js";

const BLANK = "blank";

export class Trial {
  // hooks: send(form) -> answer, say(text), pictures(token, page) -> address
  constructor(place, sheet, drawing, hooks) {
    this.place = place;
    this.sheet = sheet;
    this.drawing = drawing;
    this.hooks = hooks;
    this.answer = null;
  }

  async read(file) {
    this.hooks.say(`${file.name} を読んでいます…`);
    this.place.setAttribute("aria-busy", "true");
    const form = new FormData();
    form.append("drawn", JSON.stringify(this.drawing.sent()));
    form.append("scan", file, "scan");
    try {
      this.answer = await this.hooks.send(form);
    } finally {
      this.place.removeAttribute("aria-busy");
    }
    if (!this.answer) return;
    const first = this.answer.sheets.find((one) => !one.trouble);
    this.show(first ? first.page : BLANK);
    this.place.parentElement.scrollIntoView({ block: "start" });
    const asked = first?.fields.filter((one) => one.status === "ask").length ?? 0;
    this.hooks.say(first ? `${first.fields.length}欄を読みました。要確認 ${asked}欄。` : "この様式として読めるページがありませんでした。");
  }

  // Show a page of the scan under the fields, or the blank again.
  show(page) {
    const sheet = this.answer?.sheets.find((one) => one.page === page);
    const laid = sheet && !sheet.trouble;
    this.sheet.show(laid ? this.hooks.pictures(this.answer.token, page, "page") : this.hooks.blank);
    this.sheet.marks = new Map((laid ? sheet.fields : []).map((one) => [one.id, one.status]));
    this.sheet.draw();
    this.#list(page);
  }

  #list(shown) {
    if (!this.answer) return;
    const views = this.answer.sheets.map((one) => this.#view(one.page, `${one.page}ページ`, shown));
    const sheet = this.answer.sheets.find((one) => one.page === shown);
    const parts = [element("p", { class: "views" }, this.#view(BLANK, "空の用紙", shown), ...views)];
    for (const one of this.answer.sheets.filter((other) => other.trouble)) {
      parts.push(element("p", { class: "problem" }, `${one.page}ページ: ${one.trouble}`));
    }
    if (sheet && !sheet.trouble) {
      parts.push(element("p", { class: "quiet" }, `位置のずれ ${sheet.residual_mm} mm`),
        element("ol", { class: "readings" }, ...sheet.fields.map((one, place) => this.#reading(sheet.page, one, place))));
    }
    this.place.replaceChildren(...parts);
  }

  #view(page, title, shown) {
    return element("button", { type: "button", "aria-pressed": String(page === shown), onclick: () => this.show(page) }, title);
  }

  // Of a table every row leads to its column.
  #choose(id) {
    const found = this.drawing.entries().find(({ one, table }) => !one.columns
      && (one.id === id || (table && id.startsWith(`${table.id}_`) && id.endsWith(`_${one.id}`))));
    if (!found) return;
    this.drawing.select(found.one.key);
    this.sheet.focus(found.one.key);
  }

  #reading(page, one, place) {
    const crop = one.crop
      ? element("img", { src: this.hooks.pictures(this.answer.token, page, String(place)), alt: `${one.label}の切り抜き`, loading: "lazy" })
      : null;
    const texts = one.texts.map((text) => element("span", { class: "read" }, text || "（読めません）"));
    return element("li", { class: `read-${one.status}` },
      element("p", {}, element("button", { type: "button", onclick: () => this.#choose(one.id) }, one.label), " ", element("span", { class: "status" }, one.said)),
      crop, element("p", {}, ...texts),
      one.value && !one.texts.includes(one.value) ? element("p", { class: "quiet" }, `→ ${one.value}`) : null,
      one.reason ? element("p", { class: "reason" }, one.reason) : null);
  }
}
