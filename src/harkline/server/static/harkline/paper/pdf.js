// A small PDF (ISO 32000-1) of plain pages: text in the fonts that every reader has, and filled rectangles. It holds no
// producer, no date and no name. Units are points (1/72 inch), from the lower corner at the left; A4 is 595 by 842.

export const A4 = [595, 842];
const FONTS = { text: "Helvetica", bold: "Helvetica-Bold", mono: "Courier-Bold" };
// What WinAnsiEncoding has outside of Latin-1.
const WIN = { "€": 0x80, "…": 0x85, "‘": 0x91, "’": 0x92, "“": 0x93, "”": 0x94, "•": 0x95, "–": 0x96, "—": 0x97, "œ": 0x9c };

/** Whether these fonts can show a text: Latin letters alone. */
export const showable = (text) => [...text].every((letter) => code(letter) !== null);

function code(letter) {
  const point = letter.codePointAt(0);
  if ((point >= 32 && point < 127) || (point >= 160 && point < 256)) return point;
  return WIN[letter] ?? null;
}

/** A text broken into lines of at most so many letters. */
export function wrap(text, letters) {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const last = lines[lines.length - 1];
    if (last && last.length + word.length >= letters) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines;
}

/** One page being drawn. */
export class Page {
  constructor() {
    this.operations = [];
  }

  /** `font` is text, bold or mono. */
  text(x, y, text, { font = "text", size = 11 } = {}) {
    const shown = Array.from(text, (letter) => hex(code(letter) ?? 0x3f)).join("");
    this.operations.push(`BT /${font} ${size} Tf ${number(x)} ${number(y)} Td <${shown}> Tj ET`);
    return this;
  }

  rectangle(x, y, width, height) {
    this.operations.push(`${[x, y, width, height].map(number).join(" ")} re f`);
    return this;
  }

  /** A QR code (rows of booleans) with its lower corner at x, y. Runs are drawn whole, so that no hairline shows between modules. */
  symbol(x, y, side, rows) {
    const module = side / rows.length;
    rows.forEach((row, r) => {
      for (let from = 0; from < row.length; from++) {
        if (!row[from]) continue;
        let to = from;
        while (row[to + 1]) to++;
        this.rectangle(x + from * module, y + side - (r + 1) * module, (to - from + 1) * module, module);
        from = to;
      }
    });
    return this;
  }
}

const hex = (byte) => byte.toString(16).padStart(2, "0");
const number = (value) => String(Math.round(value * 1000) / 1000);

/** The file of some pages, as bytes. */
export function write(pages, [width, height] = A4) {
  const names = Object.keys(FONTS);
  const firstPage = 3 + names.length;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, at) => `${firstPage + 2 * at} 0 R`).join(" ")}] >>`,
    ...names.map((name) => `<< /Type /Font /Subtype /Type1 /BaseFont /${FONTS[name]} /Encoding /WinAnsiEncoding >>`),
  ];
  const fonts = names.map((name, at) => `/${name} ${3 + at} 0 R`).join(" ");
  pages.forEach((page, at) => {
    const content = page.operations.join("\n");
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] /Resources << /Font << ${fonts} >> >> /Contents ${firstPage + 2 * at + 1} 0 R >>`,
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    );
  });
  return file(objects);
}

/** Header, numbered objects, table of their places, trailer. All of it is ASCII, so that letters are bytes. */
function file(objects) {
  let text = "%PDF-1.4\n";
  const places = objects.map((object, at) => {
    const place = text.length;
    text += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return place;
  });
  const table = text.length;
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  text += places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`).join("");
  text += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`;
  return new TextEncoder().encode(text);
}
