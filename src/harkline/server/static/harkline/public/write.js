// Writing, sealed in this browser. Where the browser cannot seal, the form is sent as it is and the server seals it.

import * as codes from "../seal/codes.js";
import { toBase64 } from "../seal/bytes.js";
import * as page from "./code.js";
import * as puzzle from "./puzzle.js";
import { gather, hours, keys, send, supported, Told, word } from "./sending.js";

const form = document.getElementById("write");
const progress = document.getElementById("progress");
const canSeal = supported();
const solution = puzzle.solve(form.dataset.puzzle); // while somebody writes

canSeal.then((can) => {
  if (!can) return;
  document.getElementById("how").hidden = true;
  for (const one of document.querySelectorAll(".needs-seal")) one.hidden = false;
});

let sending = false;
let code = null; // kept over a failure: sent again, it is the same thread

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (sending) return;
  sending = true;
  form.elements.proof.value = await puzzle.waitFor(solution, () => (progress.textContent = word("solving")));
  if (!(await canSeal)) return form.submit();
  form.querySelector("[type=submit]").setAttribute("aria-disabled", "true");
  try {
    await sealed();
    page.show(code);
  } catch (error) {
    progress.textContent = word(error instanceof Told ? error.message : "failed");
  } finally {
    sending = false;
    form.querySelector("[type=submit]").removeAttribute("aria-disabled");
  }
});

async function sealed() {
  const language = form.elements.language.value;
  const objects = await gather(form, language);
  code ??= codes.generate();
  const lookup = toBase64(await codes.lookup(code));
  const callerPublic = (await codes.callerKey(code)).public;
  const token = form.elements.token.value;
  await send(objects, {
    address: form.dataset.sealed,
    fields: { token, proof: form.elements.proof.value, language, answer: form.elements.answer.value, involved: form.elements.involved.checked ? "1" : "", involved_who: form.elements.involved_who.value, lookup, caller_public: toBase64(callerPublic), hours: hours(form) },
    team: keys(JSON.parse(form.dataset.team)),
    callerPublic,
    say: (name) => (progress.textContent = word(name)),
  });
}
