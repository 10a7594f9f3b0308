/* Which key means what. Nothing is a command while an input method is at work. */

const digitOf = (event) => /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1] || "";
const NAMED = ["Delete", "F2", "F4", "F8", "F9", "PageUp", "PageDown", "ArrowUp", "ArrowDown", "Escape", "Backspace"];

const composing = (event) => event.isComposing || event.keyCode === 229;

/* Returns the name of the command a key stands for, or "" when it is typing.
   free: the text is empty, and the clerk has not begun to type. */
export const commandOf = (event, { input, free }) => {
  if (composing(event) || event.ctrlKey || event.altKey || event.metaKey) return "";
  if (event.key === "Enter") return "Enter";
  if (event.key === "?" && (free || !input)) return "?";
  const digit = digitOf(event);
  if (digit && !event.shiftKey && (free || !input)) return digit;
  if (!NAMED.includes(event.key)) return "";
  const inText = input && !free && ["Delete", "Backspace", "ArrowUp", "ArrowDown"].includes(event.key);
  return inText ? "" : event.key;
};

/* True for the Enter that ends a conversion: it must reach neither form nor command. */
export const endsConversion = (event) => event.key === "Enter" && composing(event);
