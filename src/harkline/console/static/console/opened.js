// What an opened entry looks like. Everything a caller sent is text here, whatever it claims to be; files are opaque downloads.

import { stripped } from "./strip.js";

const IMAGES = { "image/jpeg": 1, "image/png": 1, "image/gif": 1, "image/webp": 1 };
const text = (bytes) => new TextDecoder().decode(bytes);

/** Fill `place` with a document {meta, body, complete}; `about` is the entry's dataset. */
export function show(place, opened, about, words) {
  const how = { recording, attachment, cleaned, original, handle, terms }[about.kind] ?? written;
  place.replaceChildren(...how(opened, about, words).filter(Boolean));
}

function element(name, content, className = "") {
  const made = document.createElement(name);
  if (content !== null) made.textContent = content;
  if (className) made.className = className;
  return made;
}

/** What is known of a mail's sender, each fact in a sentence of the page's language. */
function facts(meta, words) {
  const { state, signature, fingerprint } = meta.openpgp ?? {};
  const said = [
    { opened: words.pgp_opened, not_opened: words.pgp_not_opened, not_tried: words.pgp_not_tried }[state],
    { good: words.pgp_good, not_fitting: words.pgp_not_fitting, other_key: words.pgp_other, not_checked: words.pgp_unchecked }[signature],
    fingerprint && `${words.pgp_key} ${fingerprint.toUpperCase().match(/.{1,4}/g).join(" ")}`,
    ...(meta.evidence ?? []).map((one) => words[`evidence_${one.what}_${one.result}`]?.replace("%s", one.domain ?? "")),
  ].filter(Boolean);
  if (!said.length) return null;
  const box = element("details", null, "facts small");
  const list = element("ul", null);
  list.append(...said.map((sentence) => element("li", sentence)));
  box.append(element("summary", words.facts), list);
  return box;
}

function written({ meta, body }, _about, names) {
  const subject = meta.subject ? element("p", meta.subject, "subject") : null;
  const words = element("p", text(body), "words");
  words.dir = "auto";
  if (subject) subject.dir = "auto";
  const involved = meta.involved ? element("p", `${names.involved} ${meta.involved}`, "soft small") : null;
  return [subject, words, involved, facts(meta, names)];
}

// In the order in which they are needed while the telephone rings. The number is used, not shown.
const TERMS = ["who_may_answer", "name_to_use", "word", "cover_story", "voicemail", "safe_window", "remarks"];

function terms(opened) {
  const said = opened.meta.terms;
  if (!said) return written(opened);
  const words = document.getElementById("terms-words").dataset;
  const list = element("dl", null, "facts");
  const rows = TERMS.filter((name) => said[name] || name === "voicemail").map((name) => [words[name], words[said[name]] ?? said[name] ?? words.silent]);
  if (said.number) rows.push([words.number, words.given]);
  for (const [label, value] of rows) {
    const row = element("div", null);
    const text = element("dd", value);
    text.dir = "auto";
    row.append(element("dt", label), text);
    list.append(row);
  }
  return [list];
}

function handle({ meta, body }) {
  const value = element("p", text(body), "handle ltr");
  return [meta.name ? element("p", meta.name, "soft small") : null, value];
}

/** A link to bytes that the browser can only save: never shown, never run. */
function download(bytes, name, label) {
  const link = element("a", label, "button second small");
  link.href = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  link.download = name;
  link.addEventListener("click", () => setTimeout(() => URL.revokeObjectURL(link.href), 60_000), { once: true });
  return link;
}

/** A name that cannot hide what a file is: no path, no control or direction-turning characters. */
export function safeName(name) {
  const plain = String(name ?? "").replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g, "");
  return plain.split(/[/\\]/).at(-1).replace(/^\.+/, "").slice(0, 100) || "attachment";
}

/** The copy without metadata that was made on arrival: what an operator saves unless they choose otherwise. */
function cleaned({ meta, body }, _about, words) {
  const name = safeName(meta.name);
  const made = [element("p", name, "name"), download(body, name, words.save)];
  if (IMAGES[meta.type]) made.push(onRequest(body, meta.type, words));
  return made;
}

/** As the caller sent it. A picture is offered without its metadata; the original has to be asked for, and what that means is said. */
function attachment({ meta, body }, about, words) {
  const name = safeName(meta.name);
  const picture = stripped(body);
  const made = [element("p", name, "name")];
  if (picture) made.push(download(picture, name, words.save_cleaned));
  made.push(asOriginal(body, name, words));
  if (about.state === "ok" && IMAGES[meta.type]) made.push(onRequest(body, meta.type, words));
  return made;
}

function asOriginal(bytes, name, words) {
  const box = element("details", null, "original small");
  box.append(element("summary", words.original), element("p", words.original_tells), download(bytes, name, words.save_original));
  return box;
}

function onRequest(bytes, type, words) {
  const button = element("button", words.picture, "button plain small");
  button.type = "button";
  button.addEventListener("click", () => {
    const image = document.createElement("img");
    image.alt = words.picture_of;
    image.src = URL.createObjectURL(new Blob([bytes], { type }));
    image.onload = image.onerror = () => URL.revokeObjectURL(image.src);
    button.replaceWith(image);
  });
  return button;
}

function original({ meta, body }, _about, words) {
  return [asOriginal(body, meta.name ? safeName(meta.name) : "original.eml", words)];
}

function recording({ meta, body, complete }, _about, words) {
  const player = document.createElement("audio");
  player.controls = true;
  player.src = URL.createObjectURL(new Blob([wav(body, meta.rate ?? 8000)], { type: "audio/wav" }));
  return [player, toTheCaller(body, words), complete ? null : element("p", words.cut, "soft small")];
}

/** In a call, the caller may hear what was recorded: the band on top sends it in place of the microphone. */
function toTheCaller(pcm, words) {
  if (!document.querySelector("[data-call]")) return null;
  const button = element("button", words.play, "button plain small");
  button.type = "button";
  button.addEventListener("click", () => document.dispatchEvent(new CustomEvent("harkline:play", { detail: pcm })));
  return button;
}

/** A RIFF header of 44 bytes before signed 16-bit mono samples. */
export function wav(pcm, rate) {
  const file = new Uint8Array(44 + pcm.length);
  const view = new DataView(file.buffer);
  const name = (at, letters) => [...letters].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  name(0, "RIFF");
  view.setUint32(4, 36 + pcm.length, true);
  name(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  name(36, "data");
  view.setUint32(40, pcm.length, true);
  file.set(pcm, 44);
  return file;
}
