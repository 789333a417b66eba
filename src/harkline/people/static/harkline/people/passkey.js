// Passkeys (WebAuthn), by the browser's own JSON forms of options and answers. What a passkey gives to open the operator's key with
// (the prf extension) stays here: it is taken out of the answer before that is sent.

import { remember } from "../seal/keyring.js";
import * as ways from "../seal/ways.js";
import { problem } from "./form.js";

async function options(form) {
  if (!form.dataset.options) return JSON.parse(document.getElementById("passkey-options").textContent);
  const answer = await fetch(form.dataset.options, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`passkey: ${answer.status}`);
  return answer.json();
}

/** Asks the device to make a passkey that needs no username, guarded by its own lock, and that can open a key. */
async function create(form) {
  const { publicKey } = (await options(form)).creation_options;
  Object.assign(publicKey.authenticatorSelection, {
    residentKey: "required",
    requireResidentKey: true,
    userVerification: "required",
  });
  const asked = PublicKeyCredential.parseCreationOptionsFromJSON(publicKey);
  asked.extensions = { ...asked.extensions, prf: {} };
  return navigator.credentials.create({ publicKey: asked });
}

async function get(form) {
  const { publicKey } = (await options(form)).request_options;
  const asked = PublicKeyCredential.parseRequestOptionsFromJSON(publicKey);
  asked.extensions = { ...asked.extensions, ...ways.PRF };
  const credential = await navigator.credentials.get({ publicKey: asked });
  const way = await ways.answered(credential);
  if (way) await remember(way);
  return credential;
}

function withoutSecret(credential) {
  const answer = credential.toJSON();
  delete answer.clientExtensionResults.prf;
  return JSON.stringify(answer);
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem(null);
    try {
      form.elements.credential.value = withoutSecret(await (form.dataset.passkey === "create" ? create(form) : get(form)));
      form.submit();
    } catch {
      problem("failed");
    }
  });
}
