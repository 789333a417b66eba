// The call in hand: binds the buttons of the band on top to the audio leg. The leg outlives the fragment, which may be
// fetched again at any moment.

import { refetch } from "./live.js";
import { chosen, offer } from "./audio/devices.js";
import { Leg } from "./audio/leg.js";
import { say } from "./say.js";

let leg = null;
let of = null;

const band = () => document.querySelector("[data-call]");
const csrf = () => document.body.dataset.csrf;

async function token() {
  const answer = await fetch(band().dataset.leg, { method: "POST", headers: { "X-CSRFToken": csrf() } });
  if (!answer.ok) throw new Error("gone");
  return (await answer.json()).token;
}

async function start() {
  const mine = new Leg();
  leg = mine;
  of = band().dataset.call;
  mine.addEventListener("state", draw);
  mine.addEventListener("levels", levels);
  mine.addEventListener("pressed", pressed);
  document.getElementById("no-audio").hidden = true;
  try {
    await mine.start(token, chosen("audioinput"), "listens" in band().dataset);
  } catch (error) {
    await mine.stop();
    if (["NotAllowedError", "NotFoundError", "NotReadableError", "OverconstrainedError"].includes(error.name)) denied();
    else refetch();
  }
}

function denied() {
  leg.state = "denied";
  draw();
}

function draw() {
  const place = document.getElementById("call-state");
  if (!place || !leg) return;
  const words = document.getElementById("call-words").dataset;
  const state = leg.state !== "connected" ? leg.state : leg.playing ? "playing" : leg.muted ? "muted" : leg.state;
  place.textContent = words[state.replace("-", "_")] ?? words.connecting;
  place.dataset.state = state;
  document.getElementById("no-audio").hidden = !["denied", "no-microphone"].includes(leg.state);
  document.getElementById("call-again").hidden = leg.state !== "closed";
  drawRecording(words);
  const pressed = { mute: leg.muted, hold: leg.held };
  for (const [what, on] of Object.entries(pressed)) {
    band()?.querySelector(`[data-call-do=${what}]`)?.setAttribute("aria-pressed", String(on));
  }
  if (["caller_gone", "closed", "handed_over", "left"].includes(leg.state)) refetch();
}

function drawRecording(words) {
  const place = document.getElementById("recording");
  if (!place) return;
  place.hidden = !leg.recording;
  place.textContent = words[`recording_${leg.recording}`] ?? "";
  place.classList.toggle("danger", leg.recording === "on");
  document.getElementById("record").hidden = ["asked", "on"].includes(leg.recording);
  document.getElementById("record-stop").hidden = leg.recording !== "on";
}

function levels({ detail }) {
  const own = document.getElementById("level-own");
  if (own) own.value = leg.muted ? 0 : Math.sqrt(detail.own);
  const others = document.getElementById("level-caller");
  if (!others) return;
  others.value = Math.sqrt(detail.caller);
  const gaps = document.getElementById("gaps");
  gaps.hidden = detail.underruns === 0;
  gaps.textContent = `${document.getElementById("call-words").dataset.gaps} ${detail.underruns}`;
}

/** A caller who cannot speak answers by keypad: what they pressed stays to be read. */
function pressed({ detail }) {
  const place = document.getElementById("pressed");
  if (!place) return;
  place.hidden = false;
  const keys = place.querySelector("kbd");
  keys.textContent = `${keys.textContent} ${detail}`.trim().slice(-12);
}

const toggles = {
  mute: () => {
    leg.mute(!leg.muted);
    draw();
  },
  hold: () => leg.hold(!leg.held),
  keypad: (button) => unfold(button, "keypad"),
  devices: async (button) => {
    unfold(button, "devices");
    const microphone = document.getElementById("device-in"); // whoever only listens has none
    if (microphone) await offer(microphone, "audioinput", (id) => leg.useMicrophone(id).catch(() => say(null)));
    await offer(document.getElementById("device-out"), "audiooutput", (id) => leg.useLoudspeaker(id).catch(() => say(null)));
  },
  retry: () => leg.stop().then(start),
};

function unfold(button, id) {
  const place = document.getElementById(id);
  place.hidden = !place.hidden;
  button.setAttribute("aria-expanded", String(!place.hidden));
}

/** Bring audio to the call that the band shows; end the leg of one that is over. */
function follow() {
  const shown = band();
  const browser = shown && shown.dataset.medium !== "own_phone";
  if (leg && (!browser || of !== shown.dataset.call)) {
    leg.stop();
    leg = of = null;
  }
  if (browser && !leg) start();
  else if (leg) draw();
}

export function call() {
  document.getElementById("now").addEventListener("harkline:fresh", follow);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-call-do]");
    if (button && leg) toggles[button.dataset.callDo](button);
    const digit = event.target.closest("[data-digit]")?.dataset.digit;
    if (digit) leg?.digit(digit);
  });
  document.addEventListener("harkline:play", ({ detail }) => {
    if (leg?.state !== "connected") return;
    leg.play(detail);
    draw();
  });
  // Closing the page drops the caller: the browser asks first.
  addEventListener("beforeunload", (event) => {
    if (leg && ["ready", "connected", "held"].includes(leg.state)) event.preventDefault();
  });
  follow();
}
