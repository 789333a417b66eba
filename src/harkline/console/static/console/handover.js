// A hand-over note is sealed here, to the team's key, before it leaves this browser.

import * as envelope from "/static/harkline/seal/envelope.js";
import { toBase64, utf8 } from "/static/harkline/seal/bytes.js";
import { refetch } from "./live.js";
import { send } from "./write.js";

const PURPOSE = "handover";
const fromHex = (hex) => Uint8Array.from(hex.match(/../g), (byte) => parseInt(byte, 16));

async function seal(form) {
  const to = Object.fromEntries(Object.entries(JSON.parse(form.dataset.recipients)).map(([who, hex]) => [who, fromHex(hex)]));
  const sealed = await envelope.seal({ type: "text/plain" }, utf8(form.elements.text.value.trim()), PURPOSE, to);
  const wraps = Object.fromEntries(Object.entries(sealed.wraps).map(([who, wrap]) => [who, toBase64(wrap)]));
  return { id: sealed.id, size: sealed.size, wraps, chunks: sealed.chunks.map(toBase64) };
}

async function leave(form) {
  const [button, wrong, left] = [form.querySelector("button"), form.querySelector(".wrong"), form.querySelector("[data-left]")];
  button.disabled = true;
  wrong.hidden = true;
  left.textContent = "";
  try {
    await send(form.dataset.urlAdd, "POST", { sealed: await seal(form) });
    form.reset();
    left.textContent = left.dataset.said;
    refetch("handover");
  } catch {
    wrong.textContent = wrong.dataset.failed;
    wrong.hidden = false;
  }
  button.disabled = false;
}

export function handover() {
  document.getElementById("handover-form").addEventListener("submit", (event) => {
    event.preventDefault();
    leave(event.target);
  });
}
