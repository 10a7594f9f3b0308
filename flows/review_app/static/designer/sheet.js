// The paper: the blank with every field over it, drawn, moved and resized by mouse or keys.

import { shape } from "./elements.js";
import { tenth } from "./drawing.js";

const STEP_MM = 0.5;
const LEAST_MM = 1.5;
const HANDLES = ["nw", "n", "ne", "e", "se", "s", "sw", "w"];
const PX_PER_MM = 96 / 25.4;
const ARROWS = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
};

export class Sheet {
  #drag = null;
  #zoom = 1;

  // hooks: drawn(box), pointed(x, y), open(key), kindName(kind)
  constructor(place, drawing, blank, hooks) {
    this.drawing = drawing;
    this.hooks = hooks;
    this.findings = [];
    this.marks = new Map(); // id of a field read: its status, while a trial is shown
    this.place = place;
    const [wide, high] = drawing.pageMm;
    this.svg = shape("svg", {
      viewBox: `0 0 ${wide} ${high}`, role: "group", class: "paper",
      "aria-label": "用紙。欄は Tab で順に選べます。",
    });
    this.picture = shape("image", { href: blank, width: wide, height: high, preserveAspectRatio: "none" });
    this.layer = shape("g");
    this.rubber = shape("rect", { class: "rubber", width: 0, height: 0 });
    this.svg.append(this.picture, this.layer, this.rubber);
    place.replaceChildren(this.svg);
    this.svg.addEventListener("pointerdown", (event) => this.#down(event));
    this.svg.addEventListener("pointermove", (event) => this.#move(event));
    this.svg.addEventListener("pointerup", (event) => this.#up(event));
    this.svg.addEventListener("pointercancel", () => this.#stop());
    this.svg.addEventListener("dblclick", (event) => this.#double(event));
    this.svg.addEventListener("keydown", (event) => this.#key(event));
    this.svg.addEventListener("focusin", (event) => {
      const key = event.target.dataset?.key;
      if (key) drawing.select(key);
    });
    this.fit();
    this.draw();
  }

  get zoom() {
    return this.#zoom;
  }

  set zoom(value) {
    this.#zoom = Math.min(4, Math.max(0.3, value));
    this.svg.style.width = `${this.drawing.pageMm[0] * PX_PER_MM * this.#zoom}px`;
  }

  fit() {
    const room = this.place.clientWidth - 24;
    this.zoom = Math.max(0.3, room / (this.drawing.pageMm[0] * PX_PER_MM));
  }

  show(href) {
    this.picture.setAttribute("href", href);
  }

  // Focus a field without the page jumping when it is in sight.
  focus(key) {
    const found = this.layer.querySelector(`[data-key="${key}"]`);
    if (!found) return;
    found.focus({ preventScroll: true });
    found.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  draw() {
    const within = this.layer.contains(document.activeElement);
    const focused = this.drawing.selected ?? document.activeElement?.dataset?.key;
    const groups = [];
    for (const { one, at, table, option } of this.drawing.entries()) {
      if (one.columns) groups.push(this.#tableRows(one));
      else groups.push(this.#box(one, at, table, option));
    }
    const chosen = this.drawing.chosen;
    if (chosen?.one.box_mm) groups.push(this.#handles(chosen.one));
    this.layer.replaceChildren(...groups);
    if (within && focused) this.layer.querySelector(`[data-key="${focused}"]`)?.focus({ preventScroll: true });
  }

  #box(one, at, table, option) {
    const [x, y, width, height] = one.box_mm ?? [0, 0, 1, 1];
    const isOption = Boolean(option);
    const said = this.findings.filter((found) => !isOption && String(found.at) === String(at));
    const classes = [isOption ? "option" : "field", `kind-${one.kind ?? "option"}`];
    if (table) classes.push("column");
    if (one.key === this.drawing.selected) classes.push("chosen");
    if (said.some((found) => found.fault)) classes.push("wrong");
    else if (said.length || one.notes?.length) classes.push("doubtful");
    const status = this.marks.get(table ? `${table.id}_1_${one.id}` : one.id);
    if (status && !isOption) classes.push(`read-${status}`);
    const name = isOption ? `選択肢 ${one.value}` : `${one.label || "名前なし"}、${this.hooks.kindName(one.kind)}`;
    const spoken = said.length ? `${name}、指摘 ${said.length}件` : name;
    const group = shape("g", {
      class: classes.join(" "), tabindex: 0, role: "button", "aria-label": spoken,
      "aria-pressed": one.key === this.drawing.selected ? "true" : "false",
    });
    group.dataset.key = one.key;
    group.append(shape("rect", { x, y, width, height }));
    for (let place = 1; place < (one.cells ?? 1) && place < 60; place += 1) {
      const across = x + (width * place) / one.cells;
      group.append(shape("line", { x1: across, x2: across, y1: y, y2: y + height }));
    }
    if (!isOption) {
      const text = shape("text", { x: x + 0.6, y: y > 3.2 ? y - 0.6 : y + height + 2.6 });
      text.textContent = one.label || "（名前なし）";
      group.append(text);
    }
    return group;
  }

  #tableRows(table) {
    const group = shape("g", { class: "rows" });
    for (let row = 1; row < Math.min(table.rows ?? 1, 200); row += 1) {
      for (const column of table.columns ?? []) {
        const [x, y, width, height] = column.box_mm ?? [0, 0, 1, 1];
        group.append(shape("rect", { x, y: y + row * (table.row_height_mm ?? 0), width, height }));
      }
    }
    return group;
  }

  #handles(one) {
    const [x, y, width, height] = one.box_mm;
    const size = 2 / Math.max(this.#zoom, 0.6);
    const group = shape("g", { class: "handles" });
    for (const name of HANDLES) {
      const across = name.includes("w") ? x : name.includes("e") ? x + width : x + width / 2;
      const down = name.includes("n") ? y : name.includes("s") ? y + height : y + height / 2;
      const handle = shape("rect", {
        x: across - size / 2, y: down - size / 2, width: size, height: size, class: `handle ${name}`,
      });
      handle.dataset.handle = name;
      group.append(handle);
    }
    return group;
  }

  #at(event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(
      this.svg.getScreenCTM().inverse(),
    );
    const [wide, high] = this.drawing.pageMm;
    return [Math.min(Math.max(point.x, 0), wide), Math.min(Math.max(point.y, 0), high)];
  }

  #down(event) {
    if (event.button !== 0) return;
    const [x, y] = this.#at(event);
    const handle = event.target.dataset.handle;
    const key = event.target.closest("[data-key]")?.dataset.key;
    if (handle) {
      const { one } = this.drawing.chosen;
      this.#drag = { how: handle, key: one.key, box: [...one.box_mm], x, y };
    } else if (key && !this.hooks.drawsOptions()) {
      this.drawing.select(key);
      this.focus(key);
      this.#drag = { how: "move", key, box: [...this.drawing.find(key).one.box_mm], x, y };
    } else {
      this.#drag = { how: "draw", x, y };
      document.activeElement?.blur?.();
    }
    event.preventDefault();
    this.svg.setPointerCapture(event.pointerId);
  }

  #move(event) {
    const drag = this.#drag;
    if (!drag) return;
    const [x, y] = this.#at(event);
    if (drag.how === "draw") {
      this.#rubber(drag, x, y);
      return;
    }
    const [across, down] = [x - drag.x, y - drag.y];
    if (!drag.moved && Math.hypot(across, down) < 0.4) return;
    drag.moved = true;
    this.drawing.place(drag.key, resized(drag, across, down), "drag");
  }

  #rubber(drag, x, y) {
    const box = [Math.min(x, drag.x), Math.min(y, drag.y), Math.abs(x - drag.x), Math.abs(y - drag.y)];
    ["x", "y", "width", "height"].forEach((name, place) => this.rubber.setAttribute(name, box[place]));
    drag.box = box;
  }

  #up(event) {
    const drag = this.#drag;
    this.#stop();
    if (drag?.how !== "draw") return;
    if (drag.box && drag.box[2] >= LEAST_MM && drag.box[3] >= LEAST_MM) {
      this.hooks.drawn(drag.box.map(tenth));
    } else if (!this.hooks.drawsOptions()) {
      this.drawing.select(null);
    }
    event.preventDefault();
  }

  #stop() {
    this.#drag = null;
    this.rubber.setAttribute("width", 0);
    this.rubber.setAttribute("height", 0);
  }

  #double(event) {
    if (event.target.closest("[data-key]")) this.hooks.open(event.target.closest("[data-key]").dataset.key);
    else this.hooks.pointed(...this.#at(event));
  }

  #key(event) {
    const key = event.target.dataset?.key;
    if (!key || event.isComposing) return;
    const arrow = ARROWS[event.key];
    if (arrow && !event.ctrlKey && !event.metaKey) {
      const [left, top, width, height] = this.drawing.find(key).one.box_mm;
      const [across, down] = arrow.map((way) => way * STEP_MM);
      const box = event.shiftKey
        ? [left, top, width + across, height + down]
        : [left + across, top + down, width, height];
      this.drawing.place(key, box, event.shiftKey ? "size" : "step");
    } else if (event.key === "Enter" || event.key === " ") this.hooks.open(key);
    else if (event.key === "Delete" || event.key === "Backspace") {
      this.drawing.remove(key);
      if (this.drawing.selected) this.focus(this.drawing.selected);
    } else if (event.key === "Escape") this.drawing.select(null);
    else return;
    event.preventDefault();
  }
}

function resized({ how, box: [left, top, width, height] }, across, down) {
  if (how === "move") return [left + across, top + down, width, height];
  const right = left + width;
  const bottom = top + height;
  const newLeft = how.includes("w") ? Math.min(left + across, right - 1) : left;
  const newTop = how.includes("n") ? Math.min(top + down, bottom - 1) : top;
  const newRight = how.includes("e") ? Math.max(right + across, left + 1) : right;
  const newBottom = how.includes("s") ? Math.max(bottom + down, top + 1) : bottom;
  return [newLeft, newTop, newRight - newLeft, newBottom - newTop];
}
