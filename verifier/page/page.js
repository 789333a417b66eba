// The page: asks, shows progress, says the sentences. What was seen last is kept in this browser, to notice a rewritten log.

import { sentences } from "./sentences.js";
import { isReceipt, said, verify } from "./verify.js";

const at = (id) => document.getElementById(id);
const KEPT = "harkline-verify ";
// A painted frame now and then keeps the page alive while a core is busy.
const PAINT = 120;
let stopped = false;

class Unreadable extends Error {}

function reader(base) {
  return async (path) => {
    let answer;
    try {
      answer = await fetch(`${base}/${path}`, { credentials: "omit", cache: path.includes("tile/") ? "default" : "no-store", referrerPolicy: "no-referrer" });
    } catch {
      throw new Unreadable(`${base}/${path} cannot be fetched. The address may be wrong, or that server does not let other sites read it (CORS).`);
    }
    if (!answer.ok) throw new Unreadable(`${base}/${path} is not there (the server answers ${answer.status}).`);
    return new Uint8Array(await answer.arrayBuffer());
  };
}

function asked() {
  const base = at("log").value.trim().replace(/\/+$/, "");
  const fingerprint = at("fingerprint").value.replace(/[\s:]/g, "").toLowerCase();
  const receipt = at("receipt").value.replace(/[\s.-]/g, "");
  if (!/^https?:\/\//.test(base)) throw new Unreadable("An address begins with https:// (or http://).");
  if (!/^[0-9a-f]{64}$/.test(fingerprint)) throw new Unreadable("A fingerprint has 64 digits and letters from a to f.");
  if (receipt && !/^\d{10}$/.test(receipt)) throw new Unreadable("A receipt has ten digits.");
  if (receipt && !isReceipt(receipt)) {
    throw new Unreadable("These ten digits are no receipt: one of them is wrong, or two are swapped. Look once more.");
  }
  return { base, fingerprint, receipt: receipt || null };
}

function remembered(fingerprint) {
  try {
    return localStorage.getItem(KEPT + fingerprint);
  } catch {
    return null;
  }
}

function remember(fingerprint, note) {
  try {
    localStorage.setItem(KEPT + fingerprint, note);
  } catch {
    // A browser that keeps nothing compares nothing: the next visit is a first one.
  }
}

function progress() {
  let painted = 0;
  return async (done, all) => {
    if (stopped) throw new Unreadable("Stopped. Nothing is said about these figures yet.");
    if (performance.now() - painted < PAINT && done < all) return;
    at("bar").value = done / all;
    at("state").textContent = `Checking: ${said(done)} of ${said(all)} entries`;
    await new Promise((resolve) => setTimeout(resolve));
    painted = performance.now();
  };
}

function show(report) {
  const [verdict, ...rest] = sentences(report);
  at("verdict").textContent = verdict;
  at("not-shown").textContent = rest.pop();
  at("sentences").replaceChildren(
    ...rest.map((words) => {
      const item = document.createElement("li");
      item.textContent = words;
      return item;
    }),
  );
  at("result").className = report.code === "holds" ? "holds" : "refused";
  at("result").hidden = false;
  at("result").focus();
}

function working(is) {
  stopped = false;
  at("work").hidden = !is;
  at("stop").hidden = !is;
  at("check").disabled = is;
}

async function check(event) {
  event.preventDefault();
  at("wrong").textContent = "";
  at("result").hidden = true;
  try {
    const { base, fingerprint, receipt } = asked();
    working(true);
    at("state").textContent = "Fetching…";
    const report = await verify(reader(base), { fingerprint, receipt, before: remembered(fingerprint), progress: progress() });
    if (report.code === "holds" || report.code === "rule_broken") remember(fingerprint, report.note);
    show(report);
  } catch (error) {
    const known = error instanceof Unreadable;
    at("wrong").textContent = known ? error.message : `This browser could not finish the check (${error.message}). A newer one may, or the command harkline-verify.`;
  } finally {
    working(false);
  }
}

at("ask").addEventListener("submit", check);
at("stop").addEventListener("click", () => (stopped = true));
