// The prompts' page: hear one, record it anew.

import { wav } from "./opened.js";
import { say } from "./say.js";

const RATE = 8000;
let recording = null;

async function record(row) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: false, noiseSuppression: true } });
  const context = new AudioContext();
  await context.audioWorklet.addModule(new URL("./audio/worklet.js", import.meta.url));
  const node = new AudioWorkletNode(context, "harkline-leg");
  const frames = [];
  const level = row.querySelector("meter");
  node.port.onmessage = ({ data }) => {
    if (data instanceof ArrayBuffer) frames.push(new Uint8Array(data));
    else level.value = Math.sqrt(data.own);
  };
  context.createMediaStreamSource(stream).connect(node);
  const stop = async () => {
    stream.getTracks().forEach((track) => track.stop());
    await context.close();
    level.hidden = true;
    recording = null;
    return join(frames);
  };
  level.hidden = false;
  recording = { row, stop, timer: setTimeout(() => finish(), Number(row.dataset.longest) * 1000) };
}

function join(frames) {
  const pcm = new Uint8Array(frames.reduce((length, frame) => length + frame.length, 0));
  frames.reduce((at, frame) => (pcm.set(frame, at), at + frame.length), 0);
  return pcm;
}

const taken = new WeakMap();

async function finish() {
  const { row, stop, timer } = recording;
  clearTimeout(timer);
  const pcm = await stop();
  taken.set(row, pcm);
  const player = row.querySelector("[data-taken] audio");
  player.src = URL.createObjectURL(new Blob([wav(pcm, RATE)], { type: "audio/wav" }));
  row.querySelector("[data-taken]").hidden = false;
  row.querySelector("[data-do=record]").setAttribute("aria-pressed", "false");
}

async function keep(row) {
  const headers = { "X-CSRFToken": document.body.dataset.csrf, "Content-Type": "application/octet-stream" };
  const answer = await fetch(row.dataset.audio, { method: "PUT", headers, body: taken.get(row), credentials: "same-origin" });
  if (!answer.ok) return say(null);
  const fresh = document.createElement("template");
  fresh.innerHTML = await answer.text();
  const next = fresh.content.firstElementChild;
  row.replaceWith(next);
  window.htmx.process(next);
}

const deeds = {
  hear: (row) => {
    const player = row.querySelector("[data-now]");
    player.hidden = false;
    player.src = row.dataset.audio;
    player.play();
  },
  record: async (row, button) => {
    if (recording?.row === row) return finish();
    if (recording) await finish();
    button.setAttribute("aria-pressed", "true");
    await record(row).catch(() => {
      button.setAttribute("aria-pressed", "false");
      say(document.getElementById("prompts").dataset.denied);
    });
  },
  keep,
  again: (row) => {
    taken.delete(row);
    row.querySelector("[data-taken]").hidden = true;
  },
};

export function prompts() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) deeds[button.dataset.do](button.closest("[data-prompt]"), button);
  });
}
