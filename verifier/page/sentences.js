// The verdict in plain sentences, the same as harkline-verify's, and what it does not show.

import { said } from "./verify.js";

export const NOT_SHOWN = "Not shown: that callers told the truth, are different people, called unprompted, or that none was left out.";
const VERDICTS = {
  holds: "Everything that can be checked holds.",
  refused: "REFUSED: do not rely on these figures.",
  two_histories: "TWO HISTORIES: the line showed two readers different logs. Keep both checkpoints: its own signatures prove it.",
  rule_broken: "Every proof holds, but the line did not keep its own rules.",
};
const CLASSES = {
  E4: ["caller reached again", "callers reached again"],
  E3: ["third-party signature", "third-party signatures"],
  E2: ["carrier record", "carrier records"],
  E1: ["only the line's note", "only the line's notes"],
  E0: ["without evidence, counted as not genuine", "without evidence, counted as not genuine"],
};
const MOST = 20;

const day = (moment) => (moment === null ? "an unknown day" : new Date(moment * 1000).toISOString().slice(0, 10));
const entries = (number) => (number === 1 ? "1 entry" : `${said(number)} entries`);

export function sentences(report) {
  const all = [VERDICTS[report.code]];
  if (report.conflict) {
    all.push("The checkpoint from your last visit and the one served here are both signed by the line and cannot both be true.");
    all.push(`The one from your last visit:\n${report.conflict.theirs}`, `The one served here:\n${report.conflict.ours}`);
  }
  all.push(...report.problems.slice(0, MOST));
  if (report.problems.length > MOST) all.push(`And ${said(report.problems.length - MOST)} more of this kind.`);
  if (report.code === "holds" || report.code === "rule_broken") all.push(...holding(report));
  return [...all, NOT_SHOWN];
}

function holding(report) {
  const all = [size(report)];
  if (report.before) all.push(`The ${entries(report.before.size)} of your last visit (${day(report.before.quorum)}) are all unchanged.`);
  all.push(...report.broken.map((broken) => `A rule was not kept: ${broken}`));
  for (const figure of report.figures.values()) {
    all.push(sentence(figure), ...report.inspections.filter((one) => one.figure === figure.number).map(inspection));
  }
  if (!report.figures.size) all.push("No figure is published in this log.");
  if (report.notices.size) all.push(notices(report.notices));
  if (report.receipt) all.push(receipt(report));
  return all;
}

function notices(known) {
  const newest = Math.max(...known.keys());
  const revoked = [...known].filter(([, one]) => one.revoked).map(([serial]) => serial).join(", ");
  const told = `Version ${newest} of the line's addresses is the newest here, SHA-256 ${known.get(newest).digest}.`;
  return revoked ? `${told} Revoked: ${revoked}.` : told;
}

function size(report) {
  if (!report.times.size) {
    return `${entries(report.size)}; no outside witness confirms this log, only the line itself says that none was rewritten.`;
  }
  return `${entries(report.size)}; ${report.times.size} of ${report.witnesses} outside witnesses confirm none was rewritten since ${day(report.quorum)}.`;
}

function sentence({ claim, first, last, wording, fixed }) {
  const what = `${claim.exactly ? "Exactly" : "At least"} ${entries(claim.total)}`;
  const by = fixed === null ? "Confirmed by no outside witness" : `Fixed by ${day(fixed)}`;
  const verb = claim.total === 1 ? "is" : "are";
  return `${what} between ${first} and ${last} ${verb} marked “${wording}”. ${by}; cannot be ${claim.exactly ? "changed" : "raised"} later.`;
}

function inspection({ audit, total, genuine }) {
  const counted = Object.entries(CLASSES).filter(([name]) => audit.classes[name]);
  const classes = counted.map(([name, words]) => `${said(audit.classes[name])} ${words[audit.classes[name] === 1 ? 0 : 1]}`).join(", ");
  const lot = audit.sample ? " The lot was computed from the beacon's value as reported; that the beacon signed it was not checked here." : "";
  const bound = genuine === null ? "" : `; with 95 % confidence at least ${said(genuine)} of ${said(total)} are genuine`;
  const ask = ` Ask ${audit.key.name} whether this key is theirs: ${audit.key.written}.`;
  return `${audit.key.name} inspected ${said(audit.inspected)}${audit.sample ? " drawn by lot" : ""}: ${classes || "nothing"}${bound}.${ask}${lot}`;
}

function receipt(report) {
  const code = `${report.receipt.slice(0, 4)} ${report.receipt.slice(4, 7)} ${report.receipt.slice(7)}`;
  if (report.found === null) return `Receipt ${code} is NOT in the count. A contact is entered by the end of the day after it.`;
  return `Receipt ${code} is in the count of ${report.found}. It shows that the contact was entered, not what it was counted as.`;
}
