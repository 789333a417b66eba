// What the pages of sign-in share: one problem shown at a time, and a form that is busy while a key is worked out.

import { supported } from "../seal/hpke.js";

for (const note of document.querySelectorAll("[data-needs-script]")) note.hidden = true;

export function problem(name) {
  for (const one of document.querySelectorAll("[data-problem]")) one.hidden = one.dataset.problem !== name;
  if (name) document.querySelector(`[data-problem="${name}"]`)?.scrollIntoView({ block: "nearest" });
}

/** How far the key is: 0 to 1. */
export function progress(share) {
  const bar = document.querySelector("[data-busy] progress");
  if (bar) bar.value = share;
}

/** Do some work that a button asked for: the button rests meanwhile, and one problem is told. Gives what the work gave, or undefined. */
export async function busy(button, work) {
  const note = document.querySelector("[data-busy]");
  const rest = (on) => {
    button.disabled = on;
    if (note) note.hidden = !on;
    progress(0);
  };
  rest(true);
  problem(null);
  try {
    return await work();
  } catch (error) {
    problem({ Refused: "wrong", Locked: "locked" }[error.name] ?? "failed");
    return undefined;
  } finally {
    rest(false);
  }
}

/** Run `work` when the form is sent, and send the form if it gives true. Keys are made here, so nothing goes out before. */
export async function whenSent(form, work) {
  const button = form.querySelector("button");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!button.disabled && (await busy(button, () => work(form)))) {
      button.disabled = true;
      form.submit();
    }
  });
  if (!(await supported())) {
    problem("unsupported");
    button.disabled = true;
  }
}
