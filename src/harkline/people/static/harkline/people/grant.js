// The team's key, handed on and renewed: opened from one's own grants, sealed to colleagues' keys, here in the browser.

import { fromBase64, toBase64 } from "../seal/bytes.js";
import * as hpke from "../seal/hpke.js";
import { Locked, current, teamKeys } from "../seal/keyring.js";
import { makeGrant } from "../seal/passphrase.js";
import { recoveryInfo } from "../seal/share.js";
import { problem } from "./form.js";
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

/** A fresh pair, sealed to everybody who can read now and to the recovery kit; its private half is forgotten when this page goes. */
async function renew(form) {
  if (!(await current())) throw new Locked();
  const version = Number(form.dataset.version) + 1;
  const { pair, raw } = await hpke.generate();
  const grants = {};
  for (const [operator, publicRaw] of JSON.parse(document.getElementById("readers").textContent)) {
    grants[operator] = toBase64(await makeGrant(raw, version, operator, fromBase64(publicRaw)));
  }
  const recovery = {};
  for (const [kit, publicRaw] of JSON.parse(document.getElementById("kits").textContent)) {
    recovery[kit] = toBase64(await hpke.seal(raw, fromBase64(publicRaw), recoveryInfo(kit, version)));
  }
  const sealed = { grants: JSON.stringify(grants), recovery: JSON.stringify(recovery) };
  await send(form, { version, public: toBase64(pair.public), ...sealed });
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
if (renewing) on(renewing, renew);
