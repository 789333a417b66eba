// The field that opens one's own key on a page where something needs it: it is there once it is asked for.

import { unlock } from "../seal/keyring.js";
import { busy, problem, progress } from "./form.js";

const form = document.getElementById("unlock");
const field = form?.querySelector("input[type=password]");
let opened = () => {};

/** Say that the key is locked, and ask for the passphrase; `then` is called once it is open. */
export function ask(then = () => {}) {
  problem("locked");
  if (!form) return;
  opened = then;
  form.hidden = false;
  field.focus();
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  await busy(form.querySelector("button"), async () => {
    await unlock(field.value, progress);
    form.hidden = true;
    opened();
  });
  field.value = "";
});
