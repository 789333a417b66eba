// The team's key, handed on and renewed: opened from one's own grants, sealed to colleagues' keys, here in the browser.

import { fromBase64, toBase64 } from "../seal/bytes.js";
import { current, teamKeys } from "../seal/keyring.js";
import { makeGrant } from "../seal/passphrase.js";
import { problem } from "./form.js";
import { renew, show, work } from "./resealing.js";
import { ask } from "./unlocking.js";

async function send(form, fields) {
  const body = new FormData(form);
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  const answer = await fetch(form.action, { method: "POST", body });
  if (!answer.ok) throw new Error(`${form.action}: ${answer.status}`);
}

/** Every version that one holds oneself, so that the colleague can read what came before too. */
async function give(form) {
  for (const [version, raw] of Object.entries(await teamKeys())) {
    const wrapped = await makeGrant(raw, version, form.dataset.grant, fromBase64(form.dataset.public));
    await send(form, { version, wrapped: toBase64(wrapped) });
  }
}

function on(form, work) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem(null);
    try {
      await work(form);
      location.reload();
    } catch (error) {
      if (error.name === "Locked") ask();
      else problem("failed");
    }
  });
}

for (const form of document.querySelectorAll("form[data-grant]")) on(form, give);
const renewing = document.getElementById("renew");
if (renewing) on(renewing, () => renew(JSON.parse(document.getElementById("renewal").textContent)));
// Somebody has left: where the key is open it is renewed without being asked, else once it has been unlocked.
if (renewing && "due" in renewing.dataset) {
  const now = () => renewing.requestSubmit();
  if (await current()) now();
  else ask(now);
}
const place = document.getElementById("resealing");
if (place) show(place);
work();
