/* One question on the screen: what can be pressed in it, and what it says. */

export class View {
  constructor(card) {
    this.card = card;
    this.data = card.data;
    this.article = card.article;
    this.form = this.article.querySelector("#answer");
    this.input = this.form.querySelector("#value");
    this.says = this.form.querySelector("#says");
    this.choices = [...this.form.querySelectorAll("button.choice:not(:disabled)")];
    this.ticks = [...this.form.querySelectorAll("input[name=ticked]")];
    this.marked = this.choices.findIndex((one) => one.classList.contains("first"));
    this.first = this.marked;
    this.insisted = this.form.elements.insisted?.value || "";
    this.known = null;
    this.digitsType = false;
    for (const one of this.article.querySelectorAll("[data-key='?']")) one.hidden = false;
  }

  /* Nothing typed yet: digits choose, Enter takes what is marked. */
  get free() {
    return Boolean(this.input) && this.input.value === "" && !this.digitsType;
  }

  button(key) {
    return this.form.querySelector(`[data-key="${CSS.escape(key)}"]:not(:disabled)`);
  }

  focus() {
    if (this.input) {
      this.input.focus({ preventScroll: true });
      if (this.input.value) this.input.select();
      return;
    }
    this.article.tabIndex = -1;
    this.article.focus({ preventScroll: true });
  }

  move(step) {
    if (!this.choices.length) return;
    const from = this.marked < 0 && step < 0 ? 0 : this.marked;
    this.mark((from + step + this.choices.length) % this.choices.length);
  }

  mark(index) {
    this.marked = index;
    this.choices.forEach((one, number) => {
      one.classList.toggle("first", number === index);
      let key = one.querySelector(".enter");
      if (number === index && !key) {
        key = document.createElement("kbd");
        key.className = "enter";
        key.textContent = "Enter";
        one.append(key);
      } else if (number !== index && key) {
        key.remove();
      }
    });
    if (index >= 0) this.say(`${index + 1}番`, "says hidden");
  }

  /* Opens the likeliest reading for correction. */
  edit() {
    if (!this.input) return false;
    const reading = this.choices[0] || this.form.querySelector("button.choice");
    if (!this.input.value && reading?.name === "choice") this.input.value = reading.value;
    this.input.focus();
    this.input.setSelectionRange(this.input.value.length, this.input.value.length);
    return true;
  }

  say(text, kind) {
    if (!this.says) return;
    this.says.textContent = text;
    this.says.className = kind;
    this.input?.setAttribute("aria-invalid", kind === "problem" ? "true" : "false");
  }

  /* What the server said of a text, while it is typed or when it was sent. */
  tell(text, found) {
    this.known = { text, ...found };
    if (found.problem) this.say(found.problem, "problem");
    else if (found.doubt) this.say(`${found.doubt}${found.meaning ? `（${found.meaning}）` : ""}`, "doubt");
    else this.say(found.meaning ? `→ ${found.meaning}` : "", "says");
  }

  /* The server could not take the answer as it was. */
  askedBack({ value, problem, doubt }) {
    if (this.input) {
      this.input.value = value;
      this.input.select();
    }
    this.known = { text: value, problem, doubt };
    if (doubt) this.insisted = value;
    this.say(problem || `${doubt}紙のとおりなら、もう一度 Enter を押してください。`, problem ? "problem" : "doubt");
  }

  /* Shows again what was answered before, to be changed. */
  answeredBefore(answer) {
    if (this.input && answer.decision === "value") this.input.value = answer.value;
    if (!this.article.querySelector(".given")) {
      const note = document.createElement("p");
      note.className = "given";
      note.textContent = "前に回答した質問です。直すと、直した方が使われます。";
      this.article.querySelector(".ask").append(note);
    }
  }
}
