// Sealed objects: the twin of harkline.seal.envelope. The format is in docs/reference/envelope.md.

import { Refused, VERSION, aesKey, decrypt, encrypt, join, u32, utf8 } from "./bytes.js";
import * as hpke from "./hpke.js";

export { Refused };
export const CHUNK = 64 * 1024;
const WORD = /^[a-z0-9_:-]{1,64}$/;

/**
 * Seal a body to recipients ({"team:1": Uint8Array(32), …}) under an object id, by default a fresh one.
 * Gives {id, purpose, chunks: [Uint8Array], wraps: {recipient: Uint8Array(80)}, size}.
 */
export async function seal(meta, body, purpose, recipients, id = crypto.randomUUID()) {
  if (!Object.keys(recipients).length) throw new TypeError("sealed to nobody");
  const secret = crypto.getRandomValues(new Uint8Array(32));
  const key = await aesKey(secret);
  const wraps = {};
  for (const [name, publicRaw] of Object.entries(recipients)) {
    wraps[name] = await hpke.seal(secret, publicRaw, wrapInfo(purpose, id, name));
  }
  const described = utf8(JSON.stringify(meta));
  const payload = join(u32(described.length), described, body);
  const bound = objectInfo(purpose, id);
  const chunks = [];
  for (let at = 0; at < payload.length; at += CHUNK) {
    const last = at + CHUNK >= payload.length;
    chunks.push(await encrypt(key, nonce(chunks.length, last), payload.subarray(at, at + CHUNK), bound));
  }
  return { id, purpose, chunks, wraps, size: body.length };
}

/** Open a whole object: {meta, body, complete}. Throws Refused; a missing end is refused unless `allowCut`. */
export async function open(wrap, chunks, pair, purpose, id, recipient, { allowCut = false } = {}) {
  const parts = [];
  let meta = null;
  let complete = false;
  for await (const piece of openStream(wrap, chunks, pair, purpose, id, recipient, { allowCut })) {
    meta ??= piece.meta;
    complete = piece.complete;
    parts.push(piece.data);
  }
  return { meta, body: join(...parts), complete };
}

/**
 * Open an object piece by piece, for recordings that should play before they have all come. `chunks` is iterable, also
 * asynchronously. Gives {meta, data, complete}: `complete` is true on the last piece alone, and never if the end is missing.
 */
export async function* openStream(wrap, chunks, pair, purpose, id, recipient, { allowCut = false } = {}) {
  const secret = await hpke.open(wrap, pair, wrapInfo(purpose, id, recipient));
  if (secret.length !== 32) throw new Refused("not an object key");
  const key = await aesKey(secret, ["decrypt"]);
  const bound = objectInfo(purpose, id);
  let waiting = new Uint8Array();
  let meta = null;
  for await (const { data, complete } of plain(chunks, key, bound, allowCut)) {
    waiting = join(waiting, data);
    meta ??= described(waiting);
    if (!meta && !complete) continue;
    if (!meta) throw new Refused("its description is cut off");
    if (meta.length) waiting = waiting.slice(4 + meta.length);
    meta.length = 0;
    yield { meta: meta.value, data: waiting, complete };
    waiting = new Uint8Array();
  }
  if (!meta) throw new Refused("nothing is there");
}

/** One chunk is held back, for only the last may bear the mark of the last. */
async function* plain(chunks, key, bound, allowCut) {
  let held = null;
  let position = 0;
  for await (const chunk of chunks) {
    if (held) yield { data: await decrypt(key, nonce(position++, false), held, bound), complete: false };
    held = chunk;
  }
  if (!held) throw new Refused("nothing is there");
  yield await end(held, key, bound, position, allowCut);
}

async function end(chunk, key, bound, position, allowCut) {
  try {
    return { data: await decrypt(key, nonce(position, true), chunk, bound), complete: true };
  } catch (refused) {
    if (!allowCut) throw refused;
  }
  return { data: await decrypt(key, nonce(position, false), chunk, bound), complete: false };
}

/** The description at the head of a payload; null while it has not all come. */
function described(payload) {
  if (payload.length < 4) return null;
  const length = new DataView(payload.buffer, payload.byteOffset).getUint32(0);
  if (payload.length < 4 + length) return null;
  let value;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload.subarray(4, 4 + length)));
  } catch {
    throw new Refused("its description cannot be read");
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw new Refused("it has no description");
  return { value, length };
}

const objectInfo = (purpose, id) => utf8([VERSION, "object", word(purpose), uuid(id)].join("|"));

/** What a wrap is bound to. */
export const wrapInfo = (purpose, id, recipient) => utf8([VERSION, "wrap", word(purpose), uuid(id), word(recipient)].join("|"));

const nonce = (position, last) => join(new Uint8Array(7), u32(position), Uint8Array.of(last ? 1 : 0));

function word(text) {
  if (!WORD.test(text)) throw new TypeError("not a name for an envelope");
  return text;
}

function uuid(id) {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) throw new TypeError("not an object id");
  return id.toLowerCase();
}
