// Evidence of an entry in the open count, opened in this browser by somebody who can read, to be looked at and handed to an auditor.

import * as keyring from "/static/harkline/seal/keyring.js";
import { fetchEntry } from "./open.js";

async function open(card) {
  const place = card.querySelector("[data-opened-evidence]");
  const save = card.querySelector("[data-save-evidence]");
  const wrong = card.querySelector(".wrong");
  wrong.hidden = true;
  try {
    const { body } = await keyring.read(await fetchEntry(card.dataset.evidence));
    place.textContent = new TextDecoder().decode(body);
    // Byte for byte: its hash is in the log.
    save.href = URL.createObjectURL(new Blob([body], { type: "application/octet-stream" }));
    place.hidden = save.hidden = false;
  } catch (error) {
    wrong.textContent = error.name === "Locked" ? card.dataset.locked : card.dataset.failed;
    wrong.hidden = false;
  }
}

document.querySelector("[data-open-evidence]")?.addEventListener("click", (event) => open(event.target.closest("[data-evidence]")));
