// Giving the team's key to a colleague: opened from one's own grants, sealed to the colleague's key, here in the browser.

import { fromBase64, toBase64 } from "../seal/bytes.js";
import { current, teamKeys, unlock } from "../seal/keyring.js";
import { makeGrant } from "../seal/passphrase.js";
import { problem } from "./form.js";

const unlocking = document.getElementById("unlock");

async function show() {
  if (unlocking) unlocking.hidden = (await current()) !== null;
}

unlocking?.addEventListener("submit", async (event) => {
  event.preventDefault();
  problem(null);
  const field = document.getElementById("passphrase");
  try {
    await unlock(field.value);
    field.value = "";
  } catch (error) {
    problem(error.name === "Refused" ? "wrong" : "failed");
  }
  await show();
});

async function give(form) {
  for (const [version, raw] of Object.entries(await teamKeys())) {
    const wrapped = await makeGrant(raw, version, form.dataset.grant, fromBase64(form.dataset.public));
    const body = new FormData(form);
    body.set("version", version);
    body.set("wrapped", toBase64(wrapped));
    const answer = await fetch(form.action, { method: "POST", body });
    if (!answer.ok) throw new Error(`grant: ${answer.status}`);
  }
}

for (const form of document.querySelectorAll("form[data-grant]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem(null);
    try {
      await give(form);
      location.reload();
    } catch (error) {
      problem(error.name === "Locked" ? "locked" : "failed");
      await show();
    }
  });
}

await show();
