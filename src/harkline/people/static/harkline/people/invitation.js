// Accepting an invitation: passphrase, key pair, the team's keys where the link carries them, and the printed code, which the page shows
// and asks back before anything is sent. Whoever comes by a new link and still has the code keeps the key they had.

import { fromBase64, toBase64 } from "../seal/bytes.js";
import { remember } from "../seal/keyring.js";
import { SHORTEST, close, derive, makeGrant, newKey, openInvitation, openRaw } from "../seal/passphrase.js";
import * as printed from "../seal/printed.js";
import * as ways from "../seal/ways.js";
import { showCode } from "./code.js";
import { problem, progress, whenSent } from "./form.js";

const form = document.getElementById("invitation");
const { kdf, operator, teamKey, keptPublic, keptWrapped } = form.dataset;
const secret = location.hash.slice(1);
const send = form.elements;
const typed = (id) => document.getElementById(id)?.value ?? "";
let written = null;

/** The team's keys out of the link, all their versions, sealed to the key just made. */
async function ownGrants(publicRaw) {
  const grants = {};
  for (const [version, raw] of Object.entries(await openInvitation(fromBase64(teamKey), secret))) {
    grants[version] = toBase64(await makeGrant(raw, version, operator, publicRaw));
  }
  send.grants.value = JSON.stringify(grants);
}

/** {raw, public}: the key that the code on paper opens, or a new one. */
async function ownKey() {
  if (!typed("old-code")) return newKey();
  const way = await ways.code(typed("old-code"));
  const publicRaw = fromBase64(keptPublic);
  return { public: publicRaw, raw: await openRaw(fromBase64(keptWrapped), way?.unlock, publicRaw) };
}

async function make() {
  if (typed("passphrase") !== typed("repeated")) return problem("different");
  if ([...typed("passphrase")].length < SHORTEST) return problem("short");
  const { signIn, unlock, kdf: how } = await derive(typed("passphrase"), JSON.parse(kdf), progress);
  const key = await ownKey();
  if (teamKey) {
    try {
      await ownGrants(key.public);
    } catch {
      return problem("link");
    }
  }
  const code = printed.generate();
  send.password.value = signIn;
  send.public.value = toBase64(key.public);
  send.wrapped.value = toBase64(await close(key.raw, unlock, key.public));
  send.wrapped_by_code.value = toBase64(await close(key.raw, await printed.unlockKey(code), key.public));
  send.kdf.value = JSON.stringify(how);
  await remember({ kind: "passphrase", unlock });
  written = showCode(await printed.written(code));
  document.getElementById("choose").hidden = true;
  return false;
}

whenSent(form, async () => (written ? written() || problem("code") : make()));
