// A rota's grid by keyboard: arrows move, a letter puts a shift, Delete takes it away, Enter lists the shifts, P pins, U undoes.
// What stands in a cell goes to the server with the change, so that of two who change the same cell one is told.

import { refetch } from "./live.js";
import { say } from "./say.js";

const place = () => document.getElementById("rota-grid");
const grid = () => place().querySelector("table.grid");
const dialog = () => document.getElementById("choose-shift");
const words = () => document.getElementById("rota-words").dataset;
const mayChange = () => Boolean(grid()?.dataset.mayChange);
const codes = () => [...document.querySelectorAll("[data-put]")].map((one) => one.dataset.put).filter(Boolean);
const done = []; // {who, day, code: what stood there before, was: what stands there now}
let current = null; // id of the cell that takes the keys
let asked = null; // the cell for which the dialog is open
let typed = "";

function cellOf(who, day) {
  return place().querySelector(`.grid .cell[data-who="${CSS.escape(who)}"][data-day="${CSS.escape(day)}"]`);
}

/** Both places where a cell is shown: the grid, and the list for narrow screens. */
function shownOf(who, day) {
  return place().querySelectorAll(`.cell[data-who="${CSS.escape(who)}"][data-day="${CSS.escape(day)}"]`);
}

function settle(cell, focus = true) {
  if (!cell) return;
  grid()?.querySelector('.cell[tabindex="0"]')?.setAttribute("tabindex", "-1");
  cell.tabIndex = 0;
  current = cell.id;
  if (focus) {
    cell.focus();
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    describe(cell);
  }
}

/** What is wrong about the cell, below the grid and read aloud. */
function describe(cell) {
  const { who, day } = cell.dataset;
  const wrong = [...document.querySelectorAll("#rota-checks [data-goto]")]
    .filter((one) => one.dataset.who === who && one.dataset.days.split(" ").includes(day))
    .map((one) => one.textContent.trim());
  document.getElementById("cell-said").textContent = [cell.getAttribute("aria-label"), ...wrong].join(". ");
}

/** Mark the cells and days that the checks name. */
function mark() {
  for (const cell of place().querySelectorAll(".cell[aria-invalid]")) cell.removeAttribute("aria-invalid");
  for (const one of document.querySelectorAll("#rota-checks [data-goto]")) {
    for (const day of one.dataset.days.split(" ")) {
      for (const cell of shownOf(one.dataset.who, day)) if (cell.dataset.code) cell.setAttribute("aria-invalid", "true");
    }
  }
  const short = new Set([...document.querySelectorAll("#rota-checks [data-hole]")].flatMap((one) => one.dataset.hole.split(" ")));
  for (const column of place().querySelectorAll("[data-column]")) column.classList.toggle("short", short.has(column.dataset.column));
}

async function post(values) {
  const answer = await fetch(place().dataset.cells, {
    method: "POST",
    headers: { "X-CSRFToken": document.body.dataset.csrf },
    body: new URLSearchParams(values),
    credentials: "same-origin",
  }).catch(() => null);
  if (answer?.ok) return true;
  const sentence = answer && answer.status < 500 ? new DOMParser().parseFromString(await answer.text(), "text/html").body.textContent.trim() : null;
  say(sentence && sentence.length < 300 ? sentence : null);
  refetch("rota");
  return false;
}

async function put(who, day, code, { onCall = false, undo = false } = {}) {
  if (!mayChange()) return;
  const was = cellOf(who, day)?.dataset.code ?? "";
  if (was === code && !onCall) return;
  if (!(await post({ who, day, code, was, on_call: onCall ? "1" : "0" }))) return;
  if (!undo) done.push({ who, day, code: was, was: code });
  const had = cellOf(who, day);
  const label = [...document.querySelectorAll("[data-put]")].find((one) => one.dataset.put === code)?.querySelector("span")?.textContent;
  for (const cell of shownOf(who, day)) {
    cell.textContent = code;
    cell.dataset.code = code;
    cell.classList.toggle("pinned", Boolean(code));
    cell.classList.toggle("on_call", onCall);
    cell.classList.remove("night");
  }
  if (had) {
    const [name, when] = had.getAttribute("aria-label").split(", ");
    had.setAttribute("aria-label", [name, when, code ? label : words().off].join(", "));
    had.title = had.getAttribute("aria-label");
  }
  refetch("rota_cell");
  // The list for narrow screens gains and loses rows.
  if (getComputedStyle(grid().parentElement).display === "none") refetch("rota");
}

async function pin(cell) {
  if (!mayChange() || !cell.dataset.code) return;
  const pinned = !cell.classList.contains("pinned");
  if (!(await post({ who: cell.dataset.who, day: cell.dataset.day, pin: pinned ? "1" : "0" }))) return;
  for (const one of shownOf(cell.dataset.who, cell.dataset.day)) one.classList.toggle("pinned", pinned);
}

async function undo() {
  const last = done.pop();
  if (!last) return say(words().nothing);
  await put(last.who, last.day, last.code, { undo: true });
  settle(cellOf(last.who, last.day));
  say(words().undone);
}

// --- keys

function step(cell, rows, columns) {
  const line = cell.closest("tr");
  const at = [...line.querySelectorAll(".cell")].indexOf(cell) + columns;
  const lines = [...grid().querySelectorAll("tbody tr")];
  const to = lines[lines.indexOf(line) + rows]?.querySelectorAll(".cell");
  settle(to?.[Math.max(0, Math.min(to.length - 1, at))]);
}

function moves(key) {
  const ahead = getComputedStyle(grid()).direction === "rtl" ? -1 : 1;
  return {
    ArrowLeft: [0, -ahead],
    ArrowRight: [0, ahead],
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    Home: [0, -1000],
    End: [0, 1000],
    PageUp: [0, -7 * ahead],
    PageDown: [0, 7 * ahead],
  }[key];
}

/** A shift's letters: one is enough where no longer code begins with it. */
function letter(cell, key) {
  const wanted = (typed + key).toUpperCase();
  const fit = codes().filter((one) => one.toUpperCase().startsWith(wanted));
  if (!fit.length) {
    typed = "";
    return say(words().noShift);
  }
  typed = fit.length > 1 ? typed + key : "";
  const exact = fit.find((one) => one.toUpperCase() === wanted);
  if (exact) put(cell.dataset.who, cell.dataset.day, exact);
}

function onKey(event) {
  const cell = event.target.closest?.(".grid .cell");
  if (!cell || event.ctrlKey || event.altKey || event.metaKey || dialog().open) return;
  const move = moves(event.key);
  if (move) {
    typed = "";
    step(cell, ...move);
  } else if (event.key === "Enter" || event.key === " ") open(cell);
  else if (event.key === "Delete" || event.key === "Backspace") put(cell.dataset.who, cell.dataset.day, "");
  else if (/^[pu]$/i.test(event.key) && !codes().some((one) => one.toUpperCase().startsWith(event.key.toUpperCase()))) {
    if (event.key.toLowerCase() === "p") pin(cell);
    else undo();
  } else if (/^[\p{L}\p{N}]$/u.test(event.key)) letter(cell, event.key);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

// --- the list of shifts

function open(cell) {
  if (!mayChange()) return;
  asked = { who: cell.dataset.who, day: cell.dataset.day, cell };
  document.getElementById("choose-title").textContent = cell.getAttribute("aria-label").split(", ").slice(0, 2).join(", ");
  document.getElementById("choose-on-call").checked = cell.classList.contains("on_call");
  dialog().showModal();
  const here = [...dialog().querySelectorAll("[data-put]")].find((one) => one.dataset.put && one.dataset.put === cell.dataset.code);
  (here ?? dialog().querySelector("[data-put]")).focus();
}

async function chosen(button) {
  const { who, day, cell } = asked;
  dialog().close();
  const onCall = document.getElementById("choose-on-call").checked;
  if ("pin" in button.dataset) await pin(cell);
  else await put(who, day, button.dataset.put, { onCall: onCall && Boolean(button.dataset.put) });
  if (cell.isConnected) cell.focus();
}

function addFrom(select) {
  const { day } = select.dataset;
  const cell = cellOf(select.value, day);
  select.value = "";
  if (cell) open(cell);
}

function goTo(button) {
  const cell = cellOf(button.dataset.who, button.dataset.days.split(" ").find((day) => cellOf(button.dataset.who, day)) ?? "");
  if (cell && getComputedStyle(grid().parentElement).display !== "none") return settle(cell);
  document.querySelector(`.day-list [data-column="${CSS.escape(button.dataset.days.split(" ")[0])}"]`)?.scrollIntoView({ block: "center" });
}

function fresh() {
  if (!grid()) return;
  settle((current && document.getElementById(current)) || grid().querySelector(".cell"), false);
  mark();
  if (document.activeElement.matches?.(".grid .cell")) describe(document.activeElement);
}

/** Accepting every hole with one's name: the boxes stay to be looked at. */
export function acceptAll() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-accept-all]");
    if (button) for (const box of button.form.querySelectorAll('[name="hole"]')) box.checked = true;
  });
}

export function rota() {
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("click", (event) => {
    const cell = event.target.closest?.(".cell");
    if (cell) {
      if (cell.closest(".grid")) settle(cell);
      if (event.detail > 0 || !cell.closest(".grid")) open(cell);
    }
    const go = event.target.closest?.("[data-goto]");
    if (go) goTo(go);
    const put_ = event.target.closest?.("[data-put], [data-pin]");
    if (put_ && asked) chosen(put_);
  });
  dialog().addEventListener("keydown", (event) => {
    if (event.key !== "Delete" && !/^[\p{L}\p{N}]$/u.test(event.key)) return;
    const wanted = event.key === "Delete" ? "" : event.key.toUpperCase();
    const button = [...dialog().querySelectorAll("[data-put]")].find((one) => one.dataset.put.toUpperCase() === wanted);
    if (button) chosen(button);
  });
  document.addEventListener("change", (event) => {
    if ("add" in event.target.dataset && event.target.value) addFrom(event.target);
  });
  document.addEventListener("focusin", (event) => {
    const cell = event.target.closest?.(".grid .cell");
    if (cell) describe(cell);
  });
  document.addEventListener("harkline:fresh", fresh);
  fresh();
}
