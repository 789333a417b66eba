// The passphrase is turned into a password and a key here; the server sees the password alone.

import { lock, remember } from "../seal/keyring.js";
import * as ways from "../seal/ways.js";
import { progress, whenSent } from "./form.js";

const form = document.getElementById("sign-in");
const again = "again" in form.dataset;
const typed = (id) => document.getElementById(id).value;

/** How this username's password is derived; the answer is as good for a name that nobody has. */
async function derivation() {
  const body = new FormData(form);
  body.set("username", typed("username"));
  const answer = await fetch(form.dataset.derivation, { method: "POST", body, credentials: "same-origin" });
  if (!answer.ok) throw new Error(`derivation: ${answer.status}`);
  const { kdf, next } = await answer.json();
  return { kdf, next: again ? null : next };
}

whenSent(form, async () => {
  const way = await ways.passphrase(typed("passphrase"), await derivation(), progress);
  form.elements.password.value = way.signIn;
  if (!again) await remember(way);
  return true;
});

// Nobody is signed in any more: whatever keys this browser still has are forgotten.
if (!again) lock();
