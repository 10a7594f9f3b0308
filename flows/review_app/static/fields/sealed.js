/* Drafts and unsent answers in this browser, readable only with the account's key. */

const toBytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
const toText = (bytes) => {
  let text = "";
  for (const one of new Uint8Array(bytes)) text += String.fromCharCode(one);
  return btoa(text);
};

export const bytesOf = toBytes;

export class Sealed {
  #key = null;

  constructor(tag) {
    this.prefix = `yakuba:${tag}:`;
  }

  /* Without TLS on another PC browsers have no crypto.subtle: then nothing is kept. */
  static async open(key, tag) {
    const made = new Sealed(tag);
    if (crypto.subtle) {
      made.#key = await crypto.subtle.importKey("raw", toBytes(key), "AES-GCM", false, ["encrypt", "decrypt"]);
    }
    return made;
  }

  get keeps() {
    return this.#key !== null;
  }

  async put(name, value) {
    if (!this.#key) return;
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify(value));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.#key, plain);
    try {
      localStorage.setItem(this.prefix + name, `${toText(iv)}.${toText(sealed)}`);
    } catch {
      // Full or forbidden: the answer is still in memory and on its way.
    }
  }

  async get(name) {
    const text = localStorage.getItem(this.prefix + name);
    if (!text || !this.#key) return null;
    const [iv, sealed] = text.split(".").map(toBytes);
    try {
      const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, this.#key, sealed);
      return JSON.parse(new TextDecoder().decode(plain));
    } catch {
      return null;
    }
  }

  remove(name) {
    localStorage.removeItem(this.prefix + name);
  }

  names(start) {
    const whole = this.prefix + start;
    return Object.keys(localStorage)
      .filter((one) => one.startsWith(whole))
      .map((one) => one.slice(this.prefix.length));
  }
}
