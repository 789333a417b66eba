// One call's audio, in the browser's own audio thread: a busy page does not make it stutter.

import { Downward, Framer, Jitter, Upward } from "./jitter.js";

const REPORT = 0.1; // seconds between two reports of levels and counts

class Leg extends AudioWorkletProcessor {
  #jitter = new Jitter();
  #up = new Upward(sampleRate);
  #down = new Downward(sampleRate);
  #framer = new Framer();
  #peakOwn = 0;
  #peakCaller = 0;
  #sinceReport = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }) => {
      if (data === "flush") this.#jitter.flush();
      else this.#jitter.write(new Int16Array(data));
    };
  }

  process([input], [output]) {
    this.#capture(input[0] ?? []);
    this.#play(output);
    this.#report(output[0].length);
    return true;
  }

  #capture(samples) {
    for (const sample of samples) {
      this.#peakOwn = Math.max(this.#peakOwn, Math.abs(sample));
      const at8k = this.#down.push(sample);
      const frame = at8k === null ? null : this.#framer.push(at8k);
      if (frame) this.port.postMessage(frame.buffer, [frame.buffer]);
    }
  }

  #play(channels) {
    for (let i = 0; i < channels[0].length; i += 1) {
      const sample = this.#up.next(this.#jitter);
      this.#peakCaller = Math.max(this.#peakCaller, Math.abs(sample));
      for (const channel of channels) channel[i] = sample;
    }
  }

  #report(length) {
    this.#sinceReport += length / sampleRate;
    if (this.#sinceReport < REPORT) return;
    const { depth, underruns, dropped } = this.#jitter;
    this.port.postMessage({ own: this.#peakOwn, caller: this.#peakCaller, depth, underruns, dropped });
    this.#sinceReport = this.#peakOwn = this.#peakCaller = 0;
  }
}

registerProcessor("harkline-leg", Leg);
