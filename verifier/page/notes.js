// Signed notes, checkpoints, cosignatures, policies (C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-policy).

import { Refused, bigEndian, fromBase64, hex, number, same, sha256, text, utf8 } from "./bytes.js";

const SIGNATURE = 1;
const COSIGNATURE = 4;

function checkedName(name) {
  if (!name || /[\s+\u0085]/u.test(name)) throw new Refused("a key's name is empty or has a space or a plus in it");
  return name;
}

export async function key(written) {
  const [name, id, ...rest] = written.split("+");
  if (!rest.length) throw new Refused("a key is written name+id+key");
  const data = fromBase64(rest.join("+"));
  if (data.length !== 33 || ![SIGNATURE, COSIGNATURE].includes(data[0])) {
    throw new Refused("a key of a kind that is not known here (only Ed25519: 0x01 and 0x04)");
  }
  const right = (await sha256(utf8(checkedName(name)), utf8("\n"), data)).subarray(0, 4);
  if (hex(right) !== id) throw new Refused("a key whose id does not match it: mistyped or cut off");
  return { name, id: right, kind: data[0], public: data.subarray(1), written };
}

export function note(data) {
  const all = typeof data === "string" ? data : text(data);
  if (/[\u0000-\u0009\u000b-\u001f]/.test(all)) throw new Refused("not a signed note: control characters in it");
  const at = all.lastIndexOf("\n\n");
  if (at < 0 || !all.endsWith("\n") || at + 2 >= all.length) {
    throw new Refused("not a signed note: no blank line before the signatures, or no newline at the end");
  }
  const signatures = all.slice(at + 2, -1).split("\n").map(signature);
  if (signatures.length > 100) throw new Refused("a note with more than 100 signatures");
  return { text: all.slice(0, at + 1), signatures };
}

function signature(line) {
  const match = /^— ([^ ]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line);
  if (!match) throw new Refused("not a signed note: a line that is no signature");
  const data = fromBase64(match[2]);
  if (data.length < 5) throw new Refused("not a signed note: a signature that is too short");
  return { name: checkedName(match[1]), id: data.subarray(0, 4), data: data.subarray(4) };
}

// Which of these keys signed: a Map of key to the cosignature's time, null for a plain signature. Throws if a known one is not right.
export async function verified(read, keys) {
  const found = new Map();
  for (const one of read.signatures) {
    const known = keys.find((key) => key.name === one.name && same(key.id, one.id));
    if (known && !found.has(known)) found.set(known, await timeOf(known, one.data, read.text));
  }
  return found;
}

async function timeOf(known, data, signed) {
  if (known.kind === SIGNATURE) {
    await check(known, data, utf8(signed));
    return null;
  }
  if (data.length !== 72) throw new Refused(`a cosignature of ${known.name} has the wrong length`);
  const time = bigEndian(data.subarray(0, 8));
  if (time >= 2n ** 37n) throw new Refused(`a cosignature of ${known.name} has an impossible time`);
  await check(known, data.subarray(8), utf8(`cosignature/v1\ntime ${time}\n${signed}`));
  return Number(time);
}

async function check(known, data, message) {
  const imported = await crypto.subtle.importKey("raw", known.public, { name: "Ed25519" }, false, ["verify"]);
  if (!(await crypto.subtle.verify({ name: "Ed25519" }, imported, data, message))) {
    throw new Refused(`a signature of ${known.name} is not right`);
  }
}

export function checkpoint(signed) {
  const lines = signed.split("\n");
  if (lines.length !== 4 || !lines[0] || lines[3]) throw new Refused("a checkpoint has three lines: origin, size, root");
  const root = fromBase64(lines[2]);
  if (root.length !== 32) throw new Refused("a checkpoint's root has 32 bytes");
  return { origin: lines[0], size: number(lines[1]), root };
}

export async function policy(bytes) {
  const made = { logs: [], witnesses: new Map(), groups: new Map(), quorum: null, fingerprint: hex(await sha256(bytes)) };
  const lines = text(bytes).split("\n");
  for (let at = 0; at < lines.length; at++) {
    const words = lines[at].split(/[ \t]+/).filter(Boolean);
    if (!words.length || words[0].startsWith("#")) continue;
    try {
      await LINES[words[0]](made, ...words.slice(1));
    } catch (error) {
      throw new Refused(`policy, line ${at + 1}: ${error instanceof Refused ? error.message : "not a line of a policy"}`);
    }
  }
  if (made.quorum === null) throw new Refused("a policy without a quorum line");
  return made;
}

const isNew = (made, name) => name !== "none" && !made.witnesses.has(name) && !made.groups.has(name);
const isKnown = (made, name) => made.witnesses.has(name) || made.groups.has(name);

const LINES = {
  async log(made, written, url, more) {
    const read = await key(written);
    if (more || read.kind !== SIGNATURE || made.logs.some((one) => same(one.public, read.public))) throw new Refused("not a log, or twice");
    made.logs.push(read);
  },
  async witness(made, name, written, url, more) {
    const read = await key(written);
    const twice = [...made.witnesses.values()].some((one) => same(one.public, read.public));
    if (more || read.kind !== COSIGNATURE || twice || !isNew(made, name)) throw new Refused("not a witness, or twice");
    made.witnesses.set(name, read);
  },
  group(made, name, least, ...members) {
    const wanted = { all: members.length, any: 1 }[least] ?? number(least);
    const counted = [...made.groups.values()].flatMap((group) => group.members);
    const twice = new Set(members).size < members.length || members.some((one) => counted.includes(one));
    if (twice || !members.every((one) => isKnown(made, one)) || wanted < 1 || wanted > members.length || !isNew(made, name)) {
      throw new Refused("not a group");
    }
    made.groups.set(name, { wanted, members });
  },
  quorum(made, name, more) {
    if (more || made.quorum !== null || !(name === "none" || isKnown(made, name))) throw new Refused("not a quorum");
    made.quorum = name;
  },
};

function counts(made, name, witnesses) {
  const group = made.groups.get(name);
  if (!group) return witnesses.includes(name);
  return group.members.filter((one) => counts(made, one, witnesses)).length >= group.wanted;
}

const reached = (made, witnesses) => made.quorum === "none" || counts(made, made.quorum, witnesses);

// When a quorum was first reached, POSIX seconds; null if never.
export function quorumTime(made, times) {
  const moments = [...times.values()].sort((one, other) => one - other);
  const enough = (moment) => reached(made, [...times.keys()].filter((name) => times.get(name) <= moment));
  return moments.find(enough) ?? null;
}

// A served checkpoint under a policy: {checkpoint, times}. Throws Refused.
export async function accepted(made, data) {
  const read = note(data);
  const signed = await verified(read, [...made.witnesses.values(), ...made.logs]);
  const log = made.logs.find((one) => signed.has(one));
  if (!log) throw new Refused("No log of the policy signed this checkpoint.");
  const head = checkpoint(read.text);
  if (head.origin !== log.name) throw new Refused("The checkpoint's origin is not the log that the policy names.");
  const times = new Map();
  for (const [name, witness] of made.witnesses) if (signed.has(witness)) times.set(name, signed.get(witness));
  if (!reached(made, [...times.keys()])) {
    throw new Refused(`${times.size} of ${made.witnesses.size} outside witnesses confirm this; that is no quorum.`);
  }
  return { checkpoint: head, times };
}

// What somebody saw earlier: signed by the line at least. {checkpoint, quorum}
export async function earlier(made, data) {
  const read = note(data);
  if (!(await verified(read, made.logs)).size) throw new Refused("this checkpoint is not signed by the line, so it proves nothing");
  const signed = await verified(read, [...made.witnesses.values()]);
  const times = new Map([...made.witnesses].filter(([, one]) => signed.has(one)).map(([name, one]) => [name, signed.get(one)]));
  return { checkpoint: checkpoint(read.text), quorum: quorumTime(made, times) };
}
