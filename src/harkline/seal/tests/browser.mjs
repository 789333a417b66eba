// Runs one function of the browser's modules in Node: reads {module, call, arguments} as JSON from standard input, writes the result.
// Bytes travel as {"bytes": base64}.

import { pathToFileURL } from "node:url";

const folder = process.argv[2];
const load = (name) => import(pathToFileURL(`${folder}/${name}.js`).href);
const revive = (_key, value) => (value?.bytes !== undefined ? new Uint8Array(Buffer.from(value.bytes, "base64")) : value);
const text = (value) =>
  JSON.stringify(value, (_key, one) => (one instanceof Uint8Array ? { bytes: Buffer.from(one).toString("base64") } : one));

const hpke = await load("hpke");
const envelope = await load("envelope");
const codes = await load("codes");
const passphrase = await load("passphrase");
const printed = await load("printed");
const blake2b = await load("blake2b");
const argon2 = await load("argon2");

const calls = {
  schedule: async (dh, enc, publicRaw, info) => hpke.schedule(dh, enc, publicRaw, info),
  hpkeOpen: async (sealed, raw, info) => hpke.open(sealed, await hpke.pairOf(raw), info),
  hpkeSeal: (secret, publicRaw, info) => hpke.seal(secret, publicRaw, info),
  publicOf: async (raw) => (await hpke.pairOf(raw)).public,
  seal: (meta, body, purpose, recipients, id) => envelope.seal(meta, body, purpose, recipients, id),
  open: async (wrap, chunks, raw, purpose, id, recipient, options) =>
    envelope.open(wrap, chunks, await hpke.pairOf(raw), purpose, id, recipient, options),
  normalise: (typed) => typed.map(codes.normalise),
  code: async (code) => ({ lookup: await codes.lookup(code), public: (await codes.callerKey(code)).public }),
  generate: () => codes.generate(),
  derive: async (words, kdf, wrapped, publicRaw) => {
    const { signIn, unlock } = await passphrase.derive(words, kdf);
    const key = await passphrase.newKey();
    const opened = (await passphrase.openKey(wrapped, unlock, publicRaw)).public;
    return { signIn, opened, fresh: await passphrase.close(key.raw, unlock, key.public), public: key.public };
  },
  blake2b: (messages, length) => messages.map((message) => blake2b.blake2b(message, length)),
  argon2id: (how) => argon2.argon2id(how),
  printed: async (typed, wrapped, publicRaw) => {
    const secret = await printed.read(typed);
    if (!secret) return null;
    const opened = (await passphrase.openKey(wrapped, await printed.unlockKey(secret), publicRaw)).public;
    return { opened, written: await printed.written(secret) };
  },
  grant: async (wrap, version, operator, raw, colleague, colleaguePublic) => {
    const team = await passphrase.openGrant(wrap, version, operator, await hpke.pairOf(raw));
    return passphrase.makeGrant(team, version, colleague, colleaguePublic);
  },
  invitation: (wrapped, secret) => passphrase.openInvitation(wrapped, secret),
};

let input = "";
for await (const piece of process.stdin) input += piece;
const answers = [];
for (const { call, arguments: given } of JSON.parse(input, revive)) {
  try {
    answers.push({ result: await calls[call](...given) });
  } catch (error) {
    answers.push({ error: error.name });
  }
}
process.stdout.write(text(answers));
