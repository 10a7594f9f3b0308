/* Questions ahead: fetched before they are needed, drawn and decoded before they are shown. */

import { bytesOf } from "./sealed.js";

const AHEAD = 16;
const FETCH_BELOW = 10;
const parser = new DOMParser();

/* Turns what the server sent into an element whose picture is ready to be painted. */
export const prepare = async (data) => {
  const article = parser.parseFromString(data.html, "text/html").querySelector("article");
  const picture = article.querySelector(".crop img");
  let url = "";
  if (picture && data.crop) {
    url = URL.createObjectURL(new Blob([bytesOf(data.crop)], { type: "image/png" }));
    picture.src = url;
  }
  document.adoptNode(article);
  if (url) await picture.decode().catch(() => {});
  return { data, article, release: () => { if (url) URL.revokeObjectURL(url); } };
};

export class Queue {
  #desk;
  #ready = [];
  #fetching = null;
  #seen = () => [];
  #taken = "";

  constructor(desk, group, place, seen) {
    this.#desk = desk;
    this.group = group;
    this.place = place;
    this.#seen = seen;
    this.exhausted = false;
  }

  get ids() {
    return this.#ready.map((one) => one.data.id);
  }

  take() {
    const card = this.#ready.shift() || null;
    // Not yet shown, so nobody else would tell the server that it is here.
    this.#taken = card?.data.id || "";
    if (this.#ready.length < FETCH_BELOW) this.fill().catch(() => {});
    return card;
  }

  putFirst(card) {
    this.#ready.unshift(card);
  }

  /* Forgets what was fetched: others may have it by now. */
  clear() {
    for (const one of this.#ready) one.release();
    this.#ready = [];
    this.exhausted = false;
  }

  /* Returns the counts of the header, or null while another fetch is under way. */
  fill() {
    this.#fetching ??= this.#fill().finally(() => { this.#fetching = null; });
    return this.#fetching;
  }

  #held() {
    const taken = this.#taken ? [this.#taken] : [];
    return [...new Set([...taken, ...this.#seen(), ...this.ids])];
  }

  async #fill() {
    const have = this.#held();
    const wanted = {
      tab: this.#desk.tab,
      group: this.group,
      after: this.place,
      have: have.slice(0, 200),
      count: Math.max(0, AHEAD - this.#ready.length),
    };
    const told = await this.#desk.post("/desk/batch", wanted);
    const known = new Set([...have, ...this.#held()]);
    const cards = await Promise.all(told.cards.filter((one) => !known.has(one.id)).map(prepare));
    this.#ready.push(...cards);
    if (cards.length) this.place = cards.at(-1).data.place;
    this.exhausted = !cards.length && !this.#ready.length;
    this.counted?.(told.counts);
    return told.counts;
  }
}
