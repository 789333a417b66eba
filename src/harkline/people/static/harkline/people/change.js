// A new passphrase: the same key, opened with the present one, or the printed code, and closed with the new.

import { fromBase64, toBase64 } from "../seal/bytes.js";
import { fetchKeys, lock } from "../seal/keyring.js";
import { SHORTEST, derive, rewrap } from "../seal/passphrase.js";
import * as ways from "../seal/ways.js";
import { problem, progress, whenSent } from "./form.js";

const form = document.getElementById("change");
const send = form.elements;
const typed = (id) => document.getElementById(id).value;

whenSent(form, async () => {
  if (typed("passphrase") !== typed("repeated")) return problem("different");
  if ([...typed("passphrase")].length < SHORTEST) return problem("short");
  const kept = await fetchKeys();
  const present = await ways.typed(typed("old"), { ...kept, next: null }, (share) => progress(share / 2));
  const next = await derive(typed("passphrase"), JSON.parse(form.dataset.next), (share) => progress(0.5 + share / 2));
  const wrapped = await rewrap(ways.wrappedFor(kept, present), present.unlock, next.unlock, fromBase64(kept.public));
  send.present.value = present.signIn ?? "";
  send.password.value = next.signIn;
  send.wrapped.value = toBase64(wrapped);
  send.kdf.value = JSON.stringify(next.kdf);
  await lock();
  return true;
});
