/* The list: sends what was left unsent, and leads back to where the work broke off. */

import { Desk } from "./desk.js";
import { Outbox } from "./outbox.js";
import { Sealed } from "./sealed.js";

const RESUME = "yakuba:resume";

const start = async () => {
  const desk = new Desk();
  const state = await desk.start();
  const sealed = await Sealed.open(state.key, state.tag);
  const unsent = sealed.names("a:").length > 0;
  const outbox = new Outbox(desk, sealed, document.getElementById("saving"), () => {});
  await outbox.restore();
  const back = sessionStorage.getItem(RESUME);
  sessionStorage.removeItem(RESUME);
  const drafted = back && sealed.names(`d:${back.split(/[/?]/)[2]}`).length > 0;
  // Only what was being typed when the sign-in ended is opened by itself.
  if (drafted) location.assign(back);
  else if (unsent) location.reload();
};

start();
