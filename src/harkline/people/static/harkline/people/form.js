// What the pages of sign-in share: one problem shown at a time, and a form that is busy while a key is worked out.

import { supported } from "../seal/hpke.js";

for (const note of document.querySelectorAll("[data-needs-script]")) note.hidden = true;

export function problem(name) {
  for (const one of document.querySelectorAll("[data-problem]")) one.hidden = one.dataset.problem !== name;
  if (name) document.querySelector(`[data-problem="${name}"]`)?.scrollIntoView({ block: "nearest" });
}

/** Run `work` when the form is sent, and send the form if it gives true. Keys are made here, so nothing goes out before. */
export async function whenSent(form, work) {
  const button = form.querySelector("button");
  const busy = document.querySelector("[data-busy]");
  const rest = (on) => {
    button.disabled = on;
    if (busy) busy.hidden = !on;
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    rest(true);
    problem(null);
    try {
      if (await work(form)) return form.submit();
    } catch (error) {
      problem(error.name === "Refused" ? "wrong" : "failed");
    }
    rest(false);
  });
  if (!(await supported())) {
    problem("unsupported");
    button.disabled = true;
  }
}
