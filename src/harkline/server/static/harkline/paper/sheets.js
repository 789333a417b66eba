// The five pages of a recovery kit: as a file for a printer, and as what the browser prints.

import { words } from "../seal/share.js";
import { Page, showable, wrap, write } from "./pdf.js";
import { encode } from "./qr.js";

const SVG = "http://www.w3.org/2000/svg";
const LEFT = 56;
const MEASURE = 106; // letters of 10 points between the margins
const COLUMN = 124;

/** What stands on one page: {title, kit, what, …, said: [22 words], rows: its symbol}. `texts` have {index}, {kit} and {date}. */
export function sheet(share, kit, date, texts) {
  const fill = (text) => text.replace("{index}", share.index).replace("{kit}", kit).replace("{date}", date);
  const filled = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, fill(text)]));
  const said = words(share);
  return { ...filled, said, rows: encode(said.join(" ").toUpperCase()) };
}

/** The file, as bytes; in `plain` (English) where its fonts cannot show the script of `own`. */
export function file(shares, kit, date, { own, plain }) {
  const texts = Object.values(own).every(showable) ? own : plain;
  return write(shares.map((share) => drawn(sheet(share, kit, date, texts))));
}

function drawn(one) {
  const page = new Page();
  let y = 772;
  const paragraph = (text) => {
    for (const line of wrap(text, MEASURE)) page.text(LEFT, (y -= 15), line, { size: 10 });
    y -= 8;
  };
  page.text(LEFT, y, one.title, { font: "bold", size: 20 });
  page.text(LEFT, (y -= 22), one.kit, { size: 11 });
  y -= 12;
  for (const name of ["what", "keep", "words"]) paragraph(one[name]);
  y -= 20;
  one.said.forEach((word, at) => {
    const [x, row] = [LEFT + (at % 4) * COLUMN, y - Math.floor(at / 4) * 27];
    page.text(x, row, String(at + 1), { size: 8.5 }).text(x + 17, row, word, { font: "mono", size: 17 });
  });
  y -= 6 * 27 + 172;
  page.symbol(LEFT + 8, y, 176, one.rows);
  y -= 16;
  for (const name of ["when", "lost"]) paragraph(one[name]);
  for (const name of ["kept_by", "typed_on"]) {
    page.text(LEFT, (y -= 30), one[name], { size: 10.5 }).rectangle(LEFT, y - 5, 595 - 2 * LEFT, 0.6);
  }
  return page;
}

/** The same as an element, from the page's template. */
export function element(template, one) {
  const made = template.content.firstElementChild.cloneNode(true);
  for (const slot of made.querySelectorAll("[data-text]")) slot.textContent = one[slot.dataset.text];
  for (const word of one.said) made.querySelector(".words").append(Object.assign(document.createElement("li"), { textContent: word }));
  made.querySelector(".symbol").append(svg(one.rows));
  return made;
}

function svg(rows) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", `0 0 ${rows.length} ${rows.length}`);
  drawing.setAttribute("shape-rendering", "crispEdges");
  drawing.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  const square = (dark, r, c) => (dark ? `M${c} ${r}h1v1h-1z` : "");
  path.setAttribute("d", rows.map((row, r) => row.map((dark, c) => square(dark, r, c)).join("")).join(""));
  drawing.append(path);
  return drawing;
}
