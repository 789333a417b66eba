// The passphrase is turned into a password and a key here; the server sees the password alone.

import { lock, remember } from "../seal/keyring.js";
import { derive } from "../seal/passphrase.js";
import { whenSent } from "./form.js";

const form = document.getElementById("sign-in");
// Nobody is signed in any more: whatever keys this browser still has are forgotten.
if (!("again" in form.dataset)) await lock();

whenSent(form, async () => {
  const { signIn, unlock } = await derive(
    document.getElementById("passphrase").value,
    form.dataset.salt,
    document.getElementById("username").value,
  );
  form.elements.password.value = signIn;
  await remember(unlock);
  return true;
});
