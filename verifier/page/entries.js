// The log's text entries: schema, batch, claim, audit, notice. What could be written in two ways is refused.

import { Refused, fromBase64, fromHex, number, text } from "./bytes.js";
import { key, note, verified } from "./notes.js";

const CLASSES = ["E4", "E3", "E2", "E1", "E0"];

class Lines {
  constructor(written) {
    if (!written.endsWith("\n") || /[\u0000-\u0009\u000b-\u001f]/.test(written)) {
      throw new Refused("an entry whose text has control characters, or no newline at its end");
    }
    this.lines = written.slice(0, -1).split("\n");
    this.at = 1;
  }

  isNext(word) {
    return this.at < this.lines.length && this.lines[this.at].startsWith(`${word} `);
  }

  take(word, pattern = /^.*$/su) {
    if (!this.isNext(word)) throw new Refused(`an entry without its line “${word}”`);
    const rest = this.lines[this.at++].slice(word.length + 1);
    const match = pattern.exec(rest);
    if (!match) throw new Refused(`a line “${word}” that is not written in the one way it can be`);
    return match;
  }

  number(word) {
    return number(this.take(word)[0]);
  }

  end() {
    if (this.at !== this.lines.length) throw new Refused("an entry with lines that do not belong in it");
  }
}

const HASH = /^[0-9a-f]{64}$/;

function schema(lines) {
  const made = { kind: "schema", origin: lines.take("origin", /^.+$/su)[0], columns: [], rates: new Map() };
  while (lines.isNext("column")) {
    const [, at, name, wording] = lines.take("column", /^(\d+) ([a-z][a-z0-9-]*) ([^ ].*)$/su);
    if (at !== String(made.columns.length)) throw new Refused("columns out of order");
    made.columns.push({ name, wording });
  }
  let before = -1;
  while (lines.isNext("rate")) {
    const [, column, rate] = lines.take("rate", /^(\d+) (0\.\d{0,8}[1-9]|1)$/);
    if (number(column) <= before || number(column) >= made.columns.length) throw new Refused("rates out of order");
    before = number(column);
    made.rates.set(before, rate);
  }
  if (!made.columns.length || made.columns.length > 64) throw new Refused("a schema has an origin and 1 to 64 columns");
  made.minCell = lines.number("min-cell");
  made.beacon = lines.take("beacon", HASH)[0];
  const [, hours, minutes] = lines.take("slot", /^([01]\d|2[0-3]):([0-5]\d)$/);
  made.slot = Number(hours) * 3600 + Number(minutes) * 60;
  return made;
}

export const dayNumber = (day) => Date.parse(`${day}T00:00:00Z`) / 86_400_000;

function batch(lines) {
  const made = { kind: "batch", schema: lines.take("schema", HASH)[0], day: lines.take("day", /^(?!0000)\d{4}-\d{2}-\d{2}$/)[0] };
  const parsed = new Date(`${made.day}T00:00:00Z`);
  if (Number.isNaN(parsed.getTime()) || parsed.toISOString().slice(0, 10) !== made.day) throw new Refused("a day is written 2026-11-22");
  made.count = lines.number("count");
  if (made.count < 16 || !Number.isInteger(Math.log2(made.count))) {
    throw new Refused("a batch has a power of two of entries, and at least 16");
  }
  return made;
}

function claim(lines, written) {
  const made = { kind: "claim", schema: lines.take("schema", HASH)[0], column: lines.number("column") };
  const [, first, last] = lines.take("batches", /^(\S+) (\S+)$/);
  [made.first, made.last] = [number(first), number(last)];
  made.exactly = lines.isNext("eq");
  made.total = lines.number(made.exactly ? "eq" : "ge");
  made.proof = fromBase64(lines.take("proof")[0]);
  made.statement = written.slice(0, written.lastIndexOf("proof "));
  return made;
}

async function audit(bytes) {
  const read = note(bytes);
  const lines = new Lines(read.text);
  const made = { kind: "audit", schema: lines.take("schema", HASH)[0], claim: lines.number("claim"), sample: null };
  if (lines.take("method", /^(inspect|sample)$/)[0] === "sample") made.sample = sample(lines);
  made.classes = Object.fromEntries(CLASSES.map((name) => [name, lines.number(name)]));
  made.key = await key(lines.take("key")[0]);
  lines.end();
  if (read.signatures.length !== 1 || !(await verified(read, [made.key])).size) {
    throw new Refused("an audit that is not signed by the key it names, and by it alone");
  }
  made.inspected = CLASSES.reduce((sum, name) => sum + made.classes[name], 0);
  return made;
}

function sample(lines) {
  return {
    round: lines.number("round"),
    beacon: fromHex(lines.take("beacon")[0]),
    checkpoint: fromBase64(lines.take("checkpoint")[0]),
    selected: lines.number("selected"),
    contacts: lines.number("contacts"),
    opening: fromBase64(lines.take("opening")[0]),
  };
}

function notice(lines) {
  const made = { kind: "notice", schema: lines.take("schema", HASH)[0], serial: lines.number("serial") };
  made.revoked = lines.isNext("revoked");
  made.digest = lines.take(made.revoked ? "revoked" : "published", HASH)[0];
  if (!made.serial) throw new Refused("notices are numbered from 1");
  return made;
}

export async function entry(bytes) {
  const written = text(bytes);
  const kind = /^opencount\/v1 (schema|batch|claim|audit|notice)\n/.exec(written)?.[1];
  if (!kind) throw new Refused("an entry of a kind that is not known");
  if (kind === "audit") return audit(bytes);
  const lines = new Lines(written);
  const made = { schema, batch, claim, notice }[kind](lines, written);
  lines.end();
  return made;
}
