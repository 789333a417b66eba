// A second passphrase and the key that it opens, made here like the first. Nothing is ever sealed to that key.

import { fromBase64, toBase64 } from "../seal/bytes.js";
import { fetchKeys } from "../seal/keyring.js";
import { SHORTEST, close, derive, newKey, openRaw } from "../seal/passphrase.js";
import * as ways from "../seal/ways.js";
import { problem, progress, whenSent } from "./form.js";

const form = document.getElementById("second");
const send = form.elements;
const typed = (id) => document.getElementById(id).value;

whenSent(form, async () => {
  if (typed("passphrase") !== typed("repeated")) return problem("different");
  if ([...typed("passphrase")].length < SHORTEST) return problem("short");
  const kept = await fetchKeys();
  const present = await ways.passphrase(typed("old"), { kdf: kept.kdf, next: null }, (share) => progress(share / 2));
  (await openRaw(fromBase64(kept.wrapped), present.unlock, fromBase64(kept.public))).fill(0);
  const second = await derive(typed("passphrase"), JSON.parse(form.dataset.next), (share) => progress(0.5 + share / 2));
  const key = await newKey();
  send.present.value = present.signIn;
  send.password.value = second.signIn;
  send.public.value = toBase64(key.public);
  send.wrapped.value = toBase64(await close(key.raw, second.unlock, key.public));
  send.kdf.value = JSON.stringify(second.kdf);
  return true;
});
