// The return code: copied, printed, and two of its groups asked back. On a page that the server filled in, and on one that was
// filled in here, where the code never leaves this browser.

import { normalise } from "../seal/codes.js";
import { turnTo, word } from "./sending.js";

const ASKED = [1, 3];

const groups = (code) => code.match(/.{4}/g);

/** Show a code that was made here. */
export function show(code) {
  const main = turnTo("sent");
  for (const span of main.querySelectorAll("[data-group]")) span.textContent = groups(code)[Number(span.dataset.group)];
  handle(main, code);
  main.querySelector("[data-do=next]").addEventListener("submit", (event) => {
    event.preventDefault();
    ask(code);
  });
}

/** Ask two groups back, in this browser. */
function ask(code) {
  const main = turnTo("kept");
  const form = main.querySelector("[data-do=check]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter?.name === "show") return show(code);
    const rest = "A".repeat(12);
    const right = ASKED.every((at) => normalise(form.elements[`group${at}`].value + rest) === groups(code)[at] + rest);
    if (right) turnTo("right");
    else main.querySelector(".wrong").hidden = false;
  });
}

function handle(root, code) {
  for (const one of root.querySelectorAll(".needs-script")) one.hidden = false;
  root.querySelector("[data-do=copy]")?.addEventListener("click", () => copy(root, groups(code).join(" ")));
  root.querySelector("[data-do=print]")?.addEventListener("click", () => print());
}

async function copy(root, text) {
  try {
    await navigator.clipboard.writeText(text);
    root.querySelector("#copied").textContent = word("copied");
  } catch {
    // No clipboard for us: marked, so that the person can copy it.
    getSelection().selectAllChildren(root.querySelector("#the-code"));
  }
}

const filled = document.querySelector("main > .code-card #the-code");
if (filled) handle(document.getElementById("main"), filled.textContent.replace(/\s/g, ""));
