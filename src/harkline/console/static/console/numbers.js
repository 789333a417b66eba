// A caller's number, shown for a minute: the server hands it out sealed, by the line's policy, once it has recorded who looks and why.

import * as keyring from "/static/harkline/seal/keyring.js";

const MINUTE = 60_000;

async function ask(form) {
  const answer = await fetch(form.action, {
    method: "POST",
    credentials: "same-origin",
    headers: { "X-CSRFToken": document.body.dataset.csrf, Accept: "application/json" },
    body: new URLSearchParams(new FormData(form)),
  });
  const again = answer.headers.get("X-Step-Up");
  if (again) {
    location.assign(again);
    return [];
  }
  if (!answer.ok) throw new Error(`number: ${answer.status}`);
  return (await answer.json()).sealed;
}

async function reveal(form) {
  const place = form.querySelector("[data-number-shown]");
  const wrong = form.querySelector(".wrong");
  const words = document.getElementById("open-words").dataset;
  wrong.hidden = true;
  try {
    const found = await Promise.all((await ask(form)).map((one) => keyring.read(one, { allowCut: true })));
    place.textContent = [...new Set(found.map(({ body }) => new TextDecoder().decode(body)))].join(", ");
    setTimeout(() => (place.textContent = ""), MINUTE);
  } catch (error) {
    wrong.textContent = error.name === "Locked" ? words.locked : words.failed;
    wrong.hidden = false;
  }
}

export function numbers() {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-reveal]");
    if (!form) return;
    event.preventDefault();
    reveal(form);
  });
  keyring.onChange((state) => {
    if (state !== "unlocked") for (const one of document.querySelectorAll("[data-number-shown]")) one.textContent = "";
  });
}
