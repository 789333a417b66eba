// Pictures without what is written about them: place, camera, names, times, previews. Every piece of the file that is not needed
// to draw the picture is left out; what is to be seen in it stays. JPEG (ITU-T T.81), PNG (W3C), WebP (RFC 9649), GIF 89a.

const ascii = (bytes, at, length) => String.fromCharCode(...bytes.subarray(at, at + length));

function together(pieces) {
  const whole = new Uint8Array(pieces.reduce((all, one) => all + one.length, 0));
  let at = 0;
  for (const one of pieces) {
    whole.set(one, at);
    at += one.length;
  }
  return whole;
}

/** The same picture, or null for what is no picture of these kinds, or is damaged. */
export function stripped(bytes) {
  try {
    if (bytes[0] === 0xff && bytes[1] === 0xd8) return jpeg(bytes);
    if (ascii(bytes, 1, 3) === "PNG") return png(bytes);
    if (ascii(bytes, 0, 4) === "RIFF" && ascii(bytes, 8, 4) === "WEBP") return webp(bytes);
    if (ascii(bytes, 0, 4) === "GIF8") return gif(bytes);
  } catch {
    return null;
  }
  return null;
}

class Damaged extends Error {}

function piece(bytes, from, to) {
  if (to > bytes.length || to < from) throw new Damaged();
  return bytes.subarray(from, to);
}

function jpeg(bytes) {
  const kept = [piece(bytes, 0, 2)];
  for (let at = 2; ; ) {
    if (bytes[at] !== 0xff) throw new Damaged();
    const mark = bytes[at + 1];
    const end = at + 2 + ((bytes[at + 2] << 8) | bytes[at + 3]);
    // The colours of a picture need APP0 and Adobe's APP14; everything else of that kind, and comments, tells.
    const tells = (mark >= 0xe1 && mark <= 0xef && mark !== 0xee) || mark === 0xfe;
    if (!tells) kept.push(piece(bytes, at, end));
    at = end;
    if (mark === 0xda) {
      // The picture itself, up to its end mark: what some cameras write behind it is another picture.
      kept.push(piece(bytes, at, scanned(bytes, at)));
      return together(kept);
    }
  }
}

/** Where the scans end: behind the first end mark that is not inside a segment between two scans. */
function scanned(bytes, from) {
  for (let at = from; at < bytes.length - 1; ) {
    if (bytes[at] !== 0xff) at += 1;
    else if (bytes[at + 1] === 0xd9) return at + 2;
    else if (bytes[at + 1] === 0 || bytes[at + 1] === 0xff || (bytes[at + 1] >= 0xd0 && bytes[at + 1] <= 0xd7)) at += bytes[at + 1] === 0xff ? 1 : 2;
    else if ((bytes[at + 1] >= 0xe1 && bytes[at + 1] <= 0xef) || bytes[at + 1] === 0xfe) throw new Damaged();
    else at += 2 + ((bytes[at + 2] << 8) | bytes[at + 3]);
  }
  return bytes.length;
}

const DRAWN = ["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "sRGB", "acTL", "fcTL", "fdAT"];

function png(bytes) {
  const kept = [piece(bytes, 0, 8)];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 8; ; ) {
    const end = at + 12 + view.getUint32(at);
    const name = ascii(bytes, at + 4, 4);
    if (DRAWN.includes(name)) kept.push(piece(bytes, at, end));
    if (name === "IEND") return together(kept);
    at = end;
  }
}

function webp(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const kept = [];
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true);
    const end = Math.min(at + 8 + size + (size & 1), bytes.length);
    const name = ascii(bytes, at, 4);
    const one = piece(bytes, at, end).slice();
    if (name === "VP8X") one[8] &= ~0x2c; // it says that a profile, EXIF or XMP follows
    if (["VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF"].includes(name)) kept.push(one);
    at = end;
  }
  const body = together(kept);
  const head = bytes.slice(0, 12);
  new DataView(head.buffer).setUint32(4, body.length + 4, true);
  return together([head, body]);
}

function gif(bytes) {
  const table = (flags) => (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0);
  let at = 13 + table(bytes[10]);
  const kept = [piece(bytes, 0, at)];
  const blocks = (from) => {
    while (bytes[from]) from += bytes[from] + 1;
    return from + 1;
  };
  for (;;) {
    if (bytes[at] === 0x3b) return together([...kept, piece(bytes, at, at + 1)]);
    const loops = bytes[at] === 0x21 && bytes[at + 1] === 0xff && ascii(bytes, at + 3, 11) === "NETSCAPE2.0";
    const drawn = bytes[at] === 0x2c || (bytes[at] === 0x21 && bytes[at + 1] === 0xf9) || loops;
    const end = bytes[at] === 0x2c ? blocks(at + 11 + table(bytes[at + 9])) : bytes[at] === 0x21 ? blocks(at + 2) : NaN;
    if (!(end <= bytes.length)) throw new Damaged();
    if (drawn) kept.push(piece(bytes, at, end));
    at = end;
  }
}
