// A whole log, verified in one pass: signatures and quorum, entries against the root, batches, proofs, figures, audits.
// Memory: one point for each day and column, one hash for each 256 entries. What an audit may have drawn is read a second time.

import { Refused, bigEndian, hex, joined, same, sha256, text, utf8 } from "./bytes.js";
import { atLeastGenuine } from "./bounds.js";
import { dayNumber, entry } from "./entries.js";
import { accepted, earlier, policy, quorumTime } from "./notes.js";
import { claimHolds, contact, opens } from "./proofs.js";
import { ZERO, add, decoded, subtract } from "./ristretto.js";
import { Frontier, WIDTH, bundlePath, leafHash, unpacked } from "./tree.js";

const GENESIS = 1_692_803_367;
const HOUR = 3600;
const DAY = 86_400;
const DAMM = ["0317598642", "7092154863", "4206871359", "1750983426", "6123045978", "3674209581", "5869720134", "8945362017", "9438617205", "2581436790"];

export const isReceipt = (code) => /^\d{10}$/.test(code) && [...code].reduce((state, digit) => DAMM[state][digit], "0") === "0";

// read(path) → Uint8Array. wishes: {fingerprint, before: a note seen earlier or null, receipt, progress(done, all)}. Never rejects for
// anything that a log contains; what cannot be read rejects.
export async function verify(read, wishes) {
  const report = { code: "holds", problems: [], broken: [], figures: new Map(), inspections: [], notices: new Map(), before: null, receipt: wishes.receipt ?? null, found: null };
  try {
    await new Verification(read, wishes, report).run();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    report.problems.push(error.message);
  }
  if (report.conflict) report.code = "two_histories";
  else if (report.problems.length) report.code = "refused";
  else if (report.broken.length) report.code = "rule_broken";
  return report;
}

class Verification {
  constructor(read, wishes, report) {
    Object.assign(this, { read, wishes, report, days: [], claims: new Map(), audits: new Map(), left: 0, code: "", number: 0, roots: new Map(), digests: [] });
  }

  async run() {
    await this.head();
    await this.pass();
    if (!same(await this.tree.root(), this.checkpoint.root)) throw new Refused("The entries do not add up to the root that the line signed.");
    if (this.left) this.problem(`The last batch lacks ${this.left} of its entries.`);
    if (this.was && !same(this.roots.get(this.was.checkpoint.size), this.was.checkpoint.root)) this.report.conflict = this.conflict;
    if (this.report.conflict || !this.schema) return;
    if (this.was) this.report.before = { size: this.was.checkpoint.size, quorum: this.was.quorum };
    await this.judge();
  }

  problem(words) {
    this.report.problems.push(words);
  }

  async head() {
    this.policy = await policy(await this.read("policy"));
    if (this.policy.fingerprint !== this.wishes.fingerprint) {
      throw new Refused(`The policy served here has another fingerprint (${this.policy.fingerprint}).`);
    }
    const served = await this.read("checkpoint");
    const { checkpoint, times } = await accepted(this.policy, served);
    this.checkpoint = checkpoint;
    Object.assign(this.report, { size: checkpoint.size, times, witnesses: this.policy.witnesses.size, quorum: quorumTime(this.policy, times), note: text(served) });
    this.fixed = this.report.quorum === null ? [] : [{ size: checkpoint.size, time: this.report.quorum }];
    if (this.wishes.before) await this.remembered();
  }

  async remembered() {
    this.was = await earlier(this.policy, this.wishes.before);
    const { size, root } = this.was.checkpoint;
    if (size > this.checkpoint.size) {
      throw new Refused(`${said(this.checkpoint.size)} entries are served, but on your last visit there were ${said(size)}: a log only grows.`);
    }
    this.conflict = { theirs: this.wishes.before, ours: this.report.note };
    if (size === this.checkpoint.size && !same(root, this.checkpoint.root)) this.report.conflict = this.conflict;
    if (this.was.quorum !== null) this.fixed.push({ size, time: this.was.quorum });
  }

  async pass() {
    this.tree = new Frontier();
    for (let index = 0; index * WIDTH < this.checkpoint.size; index++) {
      const entries = await this.bundle(index);
      this.digests.push(hex(await sha256(joined(...entries))));
      for (const one of entries) {
        await this.tree.append(await leafHash(one));
        if (this.tree.size === this.was?.checkpoint.size) this.roots.set(this.tree.size, await this.tree.root());
        await this.next(one);
        await this.wishes.progress?.(this.number, this.checkpoint.size);
      }
    }
  }

  async bundle(index) {
    const width = Math.min(WIDTH, this.checkpoint.size - index * WIDTH);
    return unpacked(await this.read(bundlePath(index, width)), width);
  }

  async next(data) {
    const number = this.number++;
    try {
      if (this.left) await this.counted(number, data);
      else await this.written(number, data);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.problem(`Entry ${number}: ${error.message}.`);
    }
  }

  async counted(number, data) {
    this.left -= 1;
    const code = String.fromCharCode(...data.subarray(2, 12));
    const before = this.code;
    this.code = code;
    if (data[0] !== 1 || !isReceipt(code)) throw new Refused("a batch holds something that is no contact with a receipt code");
    if (code <= before) throw new Refused("the receipt codes of a batch do not ascend, or one comes twice");
    const day = this.days.at(-1);
    if (code === this.wishes.receipt) this.report.found = day.day;
    try {
      const points = await contact(this.schemaHash, this.schema.columns.length, data);
      day.sums = day.sums.map((sum, column) => add(sum, points[column]));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      throw new Refused("the proof that it counts 0 or 1, in this log and column, does not hold");
    }
  }

  async written(number, data) {
    if (data[0] === 1) throw new Refused("a contact outside of every batch");
    const one = await entry(data);
    if (number === 0 || one.kind === "schema") return this.begin(number, one, data);
    if (one.schema !== this.schemaHex) throw new Refused("it belongs to another log: its schema is not this log's");
    if (one.kind === "batch") return this.batch(number, one);
    if (one.kind === "notice") return this.notice(one);
    (one.kind === "claim" ? this.claims : this.audits).set(number, one);
  }

  async begin(number, one, data) {
    if (number || one.kind !== "schema") throw new Refused("a log begins with its schema, and has no other");
    if (one.origin !== this.checkpoint.origin) throw new Refused("the schema is another log's: it names another origin");
    this.schema = one;
    this.schemaHash = await sha256(data);
    this.schemaHex = hex(this.schemaHash);
  }

  batch(number, head) {
    const before = this.days.at(-1);
    if (before && dayNumber(head.day) <= dayNumber(before.day)) throw new Refused("a batch of a day that was already counted");
    if (before && dayNumber(head.day) !== dayNumber(before.day) + 1) {
      this.report.broken.push(`Entry ${number}: between ${before.day} and ${head.day} there is a day without a batch.`);
    }
    this.days.push({ number, day: head.day, count: head.count, sums: before ? before.sums : this.schema.columns.map(() => ZERO) });
    this.left = head.count;
    this.code = "";
  }

  notice({ serial, digest, revoked }) {
    const known = this.report.notices;
    if (revoked && known.get(serial)?.digest !== digest) throw new Refused("it revokes a notice that is not in this log");
    if (!revoked && known.size && serial <= Math.max(...known.keys())) {
      throw new Refused("a notice whose number is not above that of the one before it");
    }
    known.set(serial, { digest, revoked });
  }

  async judge() {
    await this.each(this.claims, (number, claim) => this.claim(number, claim));
    await this.each(this.audits, (number, audit) => this.audit(number, audit));
    for (const figure of this.report.figures.values()) {
      const times = this.fixed.filter((one) => one.size >= figure.end).map((one) => one.time);
      figure.fixed = times.length ? Math.min(...times) : null;
    }
    this.rules();
  }

  async each(entries, judged) {
    for (const [number, one] of entries) {
      try {
        await judged(number, one);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        this.problem(`Entry ${number}: ${error.message.replace(/\.$/, "")}.`);
      }
    }
  }

  async claim(number, claim) {
    const [first, last] = [claim.first, claim.last].map((head) => this.days.findIndex((day) => day.number === head));
    if (first < 0 || last < first || claim.last > number) throw new Refused("a claim over batches that do not lie before it");
    if (claim.column >= this.schema.columns.length) throw new Refused("a claim about a column that the schema does not have");
    const days = this.days.slice(first, last + 1);
    const leaves = days.reduce((sum, day) => sum + day.count, 0);
    const sum = first ? subtract(days.at(-1).sums[claim.column], this.days[first - 1].sums[claim.column]) : days.at(-1).sums[claim.column];
    if (!(await claimHolds(claim, sum, leaves))) {
      throw new Refused(`the proof of the claim “${claim.exactly ? "exactly" : "at least"} ${claim.total}” does not hold`);
    }
    const end = claim.last + 1 + days.at(-1).count;
    const wording = this.schema.columns[claim.column].wording;
    this.report.figures.set(number, { number, claim, days, first: days[0].day, last: days.at(-1).day, wording, leaves, end, fixed: null });
  }

  rules() {
    const cell = this.schema.minCell;
    const spans = new Map();
    for (const { number, claim, first, last, leaves } of this.report.figures.values()) {
      const reasons = [];
      const earlier = spans.get(claim.column) ?? [];
      if (claim.total < cell && !(claim.exactly && claim.total === 0)) {
        reasons.push(`The total is lower than ${cell}, so it could say something of one caller.`);
      }
      if (leaves - claim.total < cell && !(claim.exactly && claim.total === 0)) {
        reasons.push(`Fewer than ${cell} further contacts remain, so it could say something of one caller.`);
      }
      if (claim.exactly) {
        if (dayNumber(last) - dayNumber(first) + 1 < 7) reasons.push("An exact figure spans at least 7 days.");
        const clash = ([a, b]) => (a !== first || b !== last) && first <= b && a <= last;
        if (earlier.some(clash)) {
          reasons.push("This span partly overlaps that of an earlier exact figure; their difference could say something of one caller.");
        }
        spans.set(claim.column, [...earlier, [first, last]]);
      }
      this.report.broken.push(...reasons.map((reason) => `Entry ${number}: ${reason}`));
    }
  }

  async audit(number, audit) {
    const figure = this.report.figures.get(audit.claim);
    if (!figure || audit.claim > number) throw new Refused("an audit of no claim that holds and lies before it");
    const { claim } = figure;
    let genuine = null;
    if (audit.sample) {
      await this.sample(audit, figure);
      const total = Math.max(claim.total, audit.sample.contacts);
      genuine = Math.min(atLeastGenuine(total, audit.inspected, audit.classes.E0), claim.total);
    } else if (audit.inspected > (claim.exactly ? claim.total : figure.leaves)) {
      throw new Refused("an audit of more contacts than the figure counts");
    }
    this.report.inspections.push({ number, audit, figure: audit.claim, total: claim.total, genuine });
  }

  async sample({ sample, inspected }, figure) {
    const rate = this.schema.rates.get(figure.claim.column);
    if (rate === undefined) throw new Refused("an audit by lot of a column without a rate");
    if (inspected !== sample.contacts || (figure.claim.exactly && sample.contacts > figure.claim.total)) {
      throw new Refused("an audit by lot that does not account for every contact that the lot fell on");
    }
    await this.round(sample, figure);
    const drawn = await sha256(sample.beacon);
    const [whole, part = ""] = rate.split(".");
    const numerator = BigInt(whole + part) << 64n;
    const denominator = 10n ** BigInt(part.length);
    let [sum, count] = [ZERO, 0];
    for (const day of figure.days) {
      for await (const data of this.range(day.number + 1, day.number + 1 + day.count)) {
        const lot = await sha256(utf8("opencount/v1 sample\0"), this.schemaHash, Uint8Array.of(figure.claim.column), drawn, await leafHash(data));
        if (bigEndian(lot.subarray(0, 8)) * denominator >= numerator) continue;
        count += 1;
        const at = 44 + 160 * figure.claim.column;
        sum = add(sum, decoded(data.subarray(at, at + 32)));
      }
    }
    if (count !== sample.selected || !opens(sum, sample.contacts, sample.opening)) {
      throw new Refused("the opening of the lot does not hold: other entries were drawn, or another number of them counts");
    }
  }

  async round(sample, figure) {
    const { checkpoint, times } = await accepted(this.policy, sample.checkpoint);
    if (figure.end > checkpoint.size || checkpoint.size > this.checkpoint.size) {
      throw new Refused("an audit by lot whose checkpoint does not cover the figure's entries");
    }
    if (!same(await this.rootAt(checkpoint.size), checkpoint.root)) {
      throw new Refused("an audit by lot whose checkpoint is of another history of this log");
    }
    const quorum = quorumTime(this.policy, times);
    if (quorum === null) throw new Refused("an audit by lot without a time that witnesses confirm");
    const earliest = quorum + HOUR;
    const today = earliest - (earliest % DAY) + this.schema.slot;
    const slot = today >= earliest ? today : today + DAY;
    if (sample.round !== Math.ceil((slot - GENESIS) / 3) + 1) {
      throw new Refused("an audit by lot that uses another round of the beacon than the first slot after the quorum");
    }
    this.fixed.push({ size: checkpoint.size, time: quorum });
  }

  async rootAt(size) {
    const tree = new Frontier();
    for await (const data of this.range(0, size)) await tree.append(await leafHash(data));
    return tree.root();
  }

  // Entries once more, compared with what the root was computed over.
  async *range(start, end) {
    for (let index = Math.floor(start / WIDTH); index * WIDTH < end; index++) {
      const entries = await this.bundle(index);
      if (this.digests[index] !== hex(await sha256(joined(...entries)))) throw new Refused("the log's files changed while they were being read");
      for (let at = Math.max(start - index * WIDTH, 0); at < Math.min(end - index * WIDTH, entries.length); at++) yield entries[at];
    }
  }
}

export const said = (number) => number.toLocaleString("en-US");
