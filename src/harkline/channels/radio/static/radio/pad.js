// The letters of a contact card, typed or clicked. What was heard is shown in letters and words while it is typed.

const said = () => document.getElementById("card-heard");
const field = () => document.getElementById("card-answer");

function words() {
  const found = {};
  for (const one of document.querySelectorAll("[data-letter]")) found[one.dataset.letter] = one.getAttribute("aria-label");
  return found;
}

/** The letters of what was typed: letters as such, or words, as the server reads them (alphabet.heard). */
function letters(typed, length, named) {
  const plain = typed.normalize("NFKC").toUpperCase().replaceAll("-", "");
  const bare = plain.trim();
  if (bare.length === length) return bare;
  const also = { ALPHA: "A", CHARLEY: "C", JULIET: "J", JULIETTE: "J", WHISKY: "W" };
  for (const [letter, word] of Object.entries(named)) also[word.toUpperCase().replace("-", "")] = letter;
  return plain
    .split(/[^\p{L}\p{N}]+/u)
    .map((part) => also[part] ?? part)
    .join("");
}

function tell() {
  const input = field();
  const named = words();
  const length = Number(input.form.dataset.letters);
  const heard = letters(input.value, length, named);
  said().textContent = [...heard].map((one) => named[one] ?? `${one}?`).join(" · ");
  input.form.classList.toggle("whole", heard.length === length);
}

export function pad() {
  document.addEventListener("input", (event) => {
    if (event.target.id === "card-answer") tell();
  });
  document.addEventListener("click", (event) => {
    const letter = event.target.closest("[data-letter]");
    const back = event.target.closest("[data-letter-back]");
    if (!letter && !back) return;
    const input = field();
    input.value = letter ? `${input.value}${letter.dataset.letter}` : input.value.trimEnd().slice(0, -1);
    tell();
  });
  // What the exchange is at comes into sight and under the keyboard.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "card-check" || !event.detail.requestConfig) return;
    if (event.detail.requestConfig.verb === "get" && !event.detail.requestConfig.path.includes("again")) return;
    const next = event.target.querySelector("#card-answer, .verdict, [name=line]");
    if (next?.matches("input")) next.focus();
    next?.scrollIntoView({ block: "nearest" });
  });
}
