// What is drawn: values as the YAML has them, a selection, undo and redo. No page here.

const MOST_STEPS = 300;
const SAME_STEP_MS = 900;
const WITH_OPTIONS = ["choice", "date"];
const ONE_LINE = ["check", "choice", "seal", "signature", "code"];

let keys = 0;

function keyed(one) {
  one.key ??= `k${(keys += 1)}`;
  for (const column of one.columns ?? []) keyed(column);
  for (const option of one.options ?? []) keyed(option);
  return one;
}

function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  const kept = {};
  for (const [name, one] of Object.entries(value)) {
    if (name !== "key") kept[name] = plain(one);
  }
  return kept;
}

export const tenth = (mm) => Math.round(mm * 10) / 10;

export class Drawing extends EventTarget {
  #done = [];
  #undone = [];
  #last = { what: "", at: 0 };

  constructor(values) {
    super();
    this.selected = null; // key of a field, table, column or option
    this.#take(values);
  }

  get pageMm() {
    return this.values.page_mm;
  }

  #take(values) {
    this.generation = (this.generation ?? 0) + 1; // every object is another one now
    this.values = values;
    this.values.fields ??= [];
    this.values.tables ??= [];
    this.values.totals ??= [];
    [...this.values.fields, ...this.values.tables].forEach(keyed);
  }

  // Everything as the server takes it.
  sent() {
    const values = plain(this.values);
    for (const name of ["tables", "totals"]) {
      if (!values[name].length) delete values[name];
    }
    return values;
  }

  // Lay what the server saved in place of what was sent, each with its key.
  saved(values) {
    const before = this.entries().map(({ one }) => one.key);
    const chosen = before.indexOf(this.selected);
    this.#take(values);
    this.selected = chosen < 0 ? null : (this.entries()[chosen]?.one.key ?? null);
    this.#done = [];
    this.#undone = [];
    this.#tell();
  }

  // Lay a whole other content in place; it can be undone.
  replace(values) {
    this.#remember("replace");
    this.#take(values);
    this.selected = null;
    this.#tell();
  }

  // Every field, table, column and option, in the order of the list.
  entries() {
    const found = [];
    const add = (list, one, at, table) => {
      found.push({ list, one, at, table, option: null });
      for (const option of one.options ?? []) {
        found.push({ list: one.options, one: option, at, table, option: one });
      }
    };
    this.values.fields.forEach((one, n) => add(this.values.fields, one, ["fields", n], null));
    this.values.tables.forEach((table, n) => {
      found.push({ list: this.values.tables, one: table, at: ["tables", n], table: null, option: null });
      table.columns ??= [];
      table.columns.forEach((one, m) => add(table.columns, one, ["tables", n, "columns", m], table));
    });
    return found;
  }

  find(key) {
    return this.entries().find(({ one }) => one.key === key) ?? null;
  }

  get chosen() {
    return this.selected ? this.find(this.selected) : null;
  }

  select(key) {
    if (key === this.selected) return;
    this.selected = key;
    this.dispatchEvent(new Event("select"));
  }

  // Change something; steps of the same kind in a row are undone together.
  change(what, how) {
    this.#remember(what);
    how(this.values);
    this.#tell();
  }

  set(key, name, value) {
    const { one, table } = this.find(key);
    this.change(`${key}.${name}`, () => {
      if (name === "id") this.#renamed(one, table, value);
      if (value === undefined || value === "" || value === null) delete one[name];
      else one[name] = value;
      if (name === "label" || name === "id") one[name] ??= "";
      if (name === "kind") this.#fit(one);
      if (name !== "box_mm") one.notes = [];
    });
  }

  // Sums and what joins pages follow a new name, unless another field bears the old one.
  #renamed(one, table, id) {
    const before = one.id;
    const twice = this.entries().some((other) => other.one !== one && other.table === table
      && !other.option && other.one.id === before);
    if (!before || twice) return;
    const follow = (name) => {
      if (table) return name === `${table.id}.${before}` ? `${table.id}.${id}` : name;
      if (one.columns && name?.startsWith(`${before}.`)) return `${id}.${name.slice(before.length + 1)}`;
      return name === before ? id : name;
    };
    for (const total of this.values.totals) {
      total.parts = (total.parts ?? []).map(follow);
      total.total = follow(total.total);
    }
    if (this.values.bound_by) this.values.bound_by = follow(this.values.bound_by);
  }

  // Take away what the new kind cannot have; else every change of mind were a fault.
  #fit(one) {
    if (one.kind !== "digits") delete one.check_digit;
    if (!WITH_OPTIONS.includes(one.kind)) {
      for (const name of ["options", "marked_by", "several"]) delete one[name];
    }
    if (one.kind !== "choice") delete one.several;
    if (one.kind !== "code") delete one.says;
    if (ONE_LINE.includes(one.kind)) {
      delete one.cells;
      delete one.lines;
    }
  }

  // Move or resize by whole boxes; nothing leaves the page.
  place(key, box, what = "place") {
    const { one } = this.find(key);
    const [wide, high] = this.pageMm;
    const width = Math.min(Math.max(tenth(box[2]), 1), wide);
    const height = Math.min(Math.max(tenth(box[3]), 1), high);
    const left = Math.min(Math.max(tenth(box[0]), 0), tenth(wide - width));
    const top = Math.min(Math.max(tenth(box[1]), 0), tenth(high - height));
    const before = one.box_mm;
    this.change(`${key}.${what}`, () => {
      // A choice's words go with it, when it is moved as a whole.
      const moved = before && before[2] === width && before[3] === height;
      for (const option of (moved && one.options) || []) {
        option.box_mm[0] = tenth(option.box_mm[0] + left - before[0]);
        option.box_mm[1] = tenth(option.box_mm[1] + top - before[1]);
      }
      one.box_mm = [left, top, width, height];
    });
  }

  // Put a new field where it comes on the paper, from top to bottom.
  add(one, table = null) {
    const fresh = keyed({ ...one, was: "" });
    fresh.id = this.#free(fresh.id || "text");
    this.change("add", ({ fields }) => {
      const list = table ? table.columns : fields;
      const before = (other) => (table
        ? other.box_mm[0] <= fresh.box_mm[0]
        : other.box_mm[1] + 3 < fresh.box_mm[1]
          || (other.box_mm[1] < fresh.box_mm[1] + 3 && other.box_mm[0] <= fresh.box_mm[0]));
      list.splice(list.findLastIndex(before) + 1, 0, fresh);
    });
    this.select(fresh.key);
    return fresh;
  }

  addOption(key, option) {
    const { one } = this.find(key);
    this.change("option", () => {
      one.options ??= [];
      one.options.push(keyed(option));
      one.notes = [];
    });
  }

  remove(key) {
    const found = this.find(key);
    if (!found) return;
    const { list, one, table } = found;
    const place = list.indexOf(one);
    this.change("remove", (values) => {
      list.splice(place, 1);
      if (table && !table.columns.length) {
        values.tables.splice(values.tables.indexOf(table), 1);
      }
    });
    const next = list[Math.min(place, list.length - 1)];
    this.selected = next?.key ?? found.option?.key ?? null;
    this.dispatchEvent(new Event("select"));
  }

  copy(key) {
    const { one, table } = this.find(key);
    const twin = plain(one);
    const [, top, , height] = one.box_mm;
    if (table) twin.box_mm[0] = tenth(one.box_mm[0] + one.box_mm[2]);
    else {
      const down = Math.min(height + 1, this.pageMm[1] - top - height);
      twin.box_mm[1] = tenth(top + down);
      for (const option of twin.options ?? []) option.box_mm[1] = tenth(option.box_mm[1] + down);
    }
    return this.add(twin, table);
  }

  // Make a field the first column of a table, or a column of one that is there.
  toTable(key, table = null) {
    const { list, one } = this.find(key);
    this.change("table", (values) => {
      list.splice(list.indexOf(one), 1);
      delete one.required;
      if (table) {
        table.columns.push(one);
        table.columns.sort((a, b) => a.box_mm[0] - b.box_mm[0]);
        return;
      }
      const room = this.pageMm[1] - one.box_mm[1];
      values.tables.push(keyed({
        id: this.#free("rows"), label: "明細", was: "", notes: [],
        rows: Math.max(1, Math.min(5, Math.floor(room / one.box_mm[3]))),
        row_height_mm: one.box_mm[3], columns: [one],
      }));
    });
    this.dispatchEvent(new Event("select"));
  }

  fromTable(key) {
    const { list, one, table } = this.find(key);
    this.change("table", (values) => {
      list.splice(list.indexOf(one), 1);
      values.fields.push(one);
      if (!table.columns.length) values.tables.splice(values.tables.indexOf(table), 1);
    });
    this.dispatchEvent(new Event("select"));
  }

  #free(id) {
    const taken = new Set(this.entries().map(({ one }) => one.id));
    if (!taken.has(id)) return id;
    const stem = id.replace(/_[0-9]+$/, "");
    let count = 2;
    while (taken.has(`${stem}_${count}`)) count += 1;
    return `${stem}_${count}`;
  }

  #remember(what) {
    const now = performance.now();
    const same = what !== "add" && what !== "remove" && what === this.#last.what
      && now - this.#last.at < SAME_STEP_MS;
    this.#last = { what, at: now };
    if (same) return;
    this.#done.push(this.#state());
    if (this.#done.length > MOST_STEPS) this.#done.shift();
    this.#undone = [];
  }

  #state() {
    return JSON.stringify({ values: this.values, selected: this.selected });
  }

  #go(from, to) {
    const state = from.pop();
    if (!state) return false;
    to.push(this.#state());
    const { values, selected } = JSON.parse(state);
    this.#take(values);
    this.selected = selected;
    this.#last = { what: "", at: 0 };
    this.#tell();
    this.dispatchEvent(new Event("select"));
    return true;
  }

  undo() {
    return this.#go(this.#done, this.#undone);
  }

  redo() {
    return this.#go(this.#undone, this.#done);
  }

  get canUndo() {
    return this.#done.length > 0;
  }

  get canRedo() {
    return this.#undone.length > 0;
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }
}
