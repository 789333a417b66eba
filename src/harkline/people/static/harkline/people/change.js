// A new passphrase: the same key, opened with the present one and closed with the new.

import { fromBase64, toBase64 } from "../seal/bytes.js";
import { lock } from "../seal/keyring.js";
import { SHORTEST, derive, rewrap } from "../seal/passphrase.js";
import { problem, whenSent } from "./form.js";

const form = document.getElementById("change");
const { salt, username } = form.dataset;
const send = form.elements;
const typed = (id) => document.getElementById(id).value;

whenSent(form, async () => {
  if (typed("passphrase") !== typed("repeated")) return problem("different");
  if ([...typed("passphrase")].length < SHORTEST) return problem("short");
  const present = await derive(typed("old"), salt, username);
  const next = await derive(typed("passphrase"), salt, username);
  const publicRaw = fromBase64(form.dataset.public);
  const wrapped = await rewrap(fromBase64(form.dataset.wrapped), present.unlock, next.unlock, publicRaw);
  send.present.value = present.signIn;
  send.password.value = next.signIn;
  send.wrapped.value = toBase64(wrapped);
  send.kdf.value = JSON.stringify(next.kdf);
  await lock();
  return true;
});
