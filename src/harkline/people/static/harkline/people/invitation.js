// Accepting an invitation: passphrase, key pair, and the team's keys where the link carries it.

import { fromBase64, toBase64 } from "../seal/bytes.js";
import { remember } from "../seal/keyring.js";
import { SHORTEST, derive, makeGrant, newKey, openInvitation } from "../seal/passphrase.js";
import { problem, whenSent } from "./form.js";

const form = document.getElementById("invitation");
const { salt, username, operator, teamKey } = form.dataset;
const secret = location.hash.slice(1);
const send = form.elements;

/** The team's keys out of the link, all their versions, sealed to the key just made. */
async function ownGrants(pair) {
  const grants = {};
  for (const [version, raw] of Object.entries(await openInvitation(fromBase64(teamKey), secret))) {
    grants[version] = toBase64(await makeGrant(raw, version, operator, pair.public));
  }
  send.grants.value = JSON.stringify(grants);
}

whenSent(form, async () => {
  const passphrase = document.getElementById("passphrase").value;
  if (passphrase !== document.getElementById("repeated").value) return problem("different");
  if ([...passphrase].length < SHORTEST) return problem("short");
  const { signIn, unlock, kdf } = await derive(passphrase, salt, username);
  const { pair, wrapped } = await newKey(unlock);
  if (teamKey) {
    try {
      await ownGrants(pair);
    } catch {
      return problem("link");
    }
  }
  send.password.value = signIn;
  send.public.value = toBase64(pair.public);
  send.wrapped.value = toBase64(wrapped);
  send.kdf.value = JSON.stringify(kdf);
  await remember(unlock);
  return true;
});
