// One more way to open one's key: opened with the passphrase (or the printed code), closed under a new printed code or a passkey.

import { fromBase64, toBase64 } from "../seal/bytes.js";
import { fetchKeys } from "../seal/keyring.js";
import { rewrap } from "../seal/passphrase.js";
import * as printed from "../seal/printed.js";
import * as ways from "../seal/ways.js";
import { showCode } from "./code.js";
import { busy, problem, progress } from "./form.js";

const form = document.getElementById("ways");
const send = form.elements;
let written = null;

async function closeUnder(unlock, kind, passkey = "") {
  const kept = await fetchKeys();
  const present = await ways.typed(document.getElementById("passphrase").value, { ...kept, next: null }, progress);
  const closed = await rewrap(ways.wrappedFor(kept, present), present.unlock, unlock, fromBase64(kept.public));
  send.wrapped.value = toBase64(closed);
  send.kind.value = kind;
  send.passkey.value = passkey;
}

async function byCode() {
  const secret = printed.generate();
  await closeUnder(await printed.unlockKey(secret), "code");
  document.getElementById("choose").hidden = true;
  document.getElementById("passphrase").required = false;
  document.getElementById("written").hidden = false;
  written = showCode(await printed.written(secret));
}

async function byPasskey({ credential, passkey }) {
  const way = await ways.ask([credential]);
  if (!way) return problem("no_value");
  await closeUnder(way.unlock, "passkey", passkey);
  form.submit();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = event.submitter;
  if (button.disabled) return;
  busy(button, async () => {
    if (written) return written() ? form.submit() : problem("code");
    return "credential" in button.dataset ? byPasskey(button.dataset) : byCode();
  });
});
