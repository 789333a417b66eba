// Counts a reply by radio while it is written: into how many messages it is cut. As harkline.channels.radio.aprs.split does.

const NUMBERED = "1/2 ".length;
const bytes = (text) => new TextEncoder().encode(text).length;

/** A word in pieces of at most `room` bytes, never within a character. */
function cut(word, room) {
  const found = [""];
  for (const sign of word) {
    if (bytes(found.at(-1) + sign) > room) found.push("");
    found[found.length - 1] += sign;
  }
  return found;
}

/** How many messages of `size` bytes a text takes. */
export function messages(text, size) {
  const plain = text.trim().split(/\s+/u).join(" ");
  if (bytes(plain) <= size) return 1;
  const found = [""];
  for (const word of plain.split(" ")) {
    const joined = `${found.at(-1)} ${word}`.trim();
    if (bytes(joined) <= size - NUMBERED) found[found.length - 1] = joined;
    else found.push(...cut(word, size - NUMBERED));
  }
  return found.filter(Boolean).length;
}

function count(field) {
  const said = field.form.querySelector("[data-size]");
  const size = Number(field.dataset.onAir);
  const many = messages(field.value, size);
  const words = many === 1 ? said.dataset.one : many <= Number(field.dataset.most) ? said.dataset.some : said.dataset.long;
  said.textContent = words.replace("{left}", size - bytes(field.value.trim())).replace("{count}", many);
  said.classList.toggle("wrong", words === said.dataset.long);
}

export function onAir() {
  document.addEventListener("input", ({ target }) => {
    if ("onAir" in target.dataset) count(target);
  });
}
