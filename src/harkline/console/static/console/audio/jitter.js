// What a call is made of, without any audio device: the jitter buffer, the framing, the change of rate. Pure; the worklet
// (worklet.js) and the tests use it.

export const RATE = 8000;
export const FRAME = 160; // samples: 20 ms
const PRIME = (RATE * 60) / 1000;
const KEEP = (RATE * 80) / 1000;
const MOST = (RATE * 200) / 1000;

/**
 * Samples that came over the network, played at an even pace. Playing starts when 60 ms are there; when more than 200 ms have
 * piled up, the oldest go until 80 ms are left; when nothing is left, that is an under-run and it primes anew.
 */
export class Jitter {
  #ring = new Float32Array(RATE);
  #read = 0;
  #primed = false;
  depth = 0;
  underruns = 0;
  dropped = 0;

  /** Take signed 16-bit samples. */
  write(samples) {
    for (const sample of samples) {
      this.#ring[(this.#read + this.depth) % this.#ring.length] = sample / 32768;
      if (this.depth < this.#ring.length) this.depth += 1;
    }
    if (this.depth > MOST) this.#drop(this.depth - KEEP);
  }

  #drop(number) {
    this.#read = (this.#read + number) % this.#ring.length;
    this.depth -= number;
    this.dropped += number;
  }

  /** One sample; silence while there is none. */
  next() {
    if (!this.#primed && this.depth < PRIME) return 0;
    this.#primed = true;
    if (this.depth === 0) {
      this.underruns += 1;
      this.#primed = false;
      return 0;
    }
    const sample = this.#ring[this.#read];
    this.#read = (this.#read + 1) % this.#ring.length;
    this.depth -= 1;
    return sample;
  }

  /** Forget what is there: after a hold, what was said before it is not played late. A pause is no under-run. */
  flush() {
    this.depth = 0;
    this.#primed = false;
  }
}

/** From 8 kHz to the device's rate, by straight lines between samples: `next` asks `from` for as many as it needs. */
export class Upward {
  #step;
  #at = 1;
  #before = 0;
  #after = 0;

  constructor(rate) {
    this.#step = RATE / rate;
  }

  next(from) {
    while (this.#at >= 1) {
      this.#before = this.#after;
      this.#after = from.next();
      this.#at -= 1;
    }
    const sample = this.#before + (this.#after - this.#before) * this.#at;
    this.#at += this.#step;
    return sample;
  }
}

/** From the device's rate to 8 kHz: a windowed-sinc low-pass at 3.6 kHz, then every so-many-th sample. */
export class Downward {
  #step;
  #taps;
  #past;
  #at = 0;
  #due = 0;

  constructor(rate) {
    this.#step = rate / RATE;
    this.#taps = rate === RATE ? Float32Array.of(1) : lowPass(rate, 3600);
    this.#past = new Float32Array(this.#taps.length);
  }

  /** Take a sample; gives one at 8 kHz, or null when none is due yet. */
  push(sample) {
    this.#past[this.#at] = sample;
    this.#at = (this.#at + 1) % this.#past.length;
    this.#due += 1;
    if (this.#due < this.#step) return null;
    this.#due -= this.#step;
    let sum = 0;
    for (let i = 0; i < this.#taps.length; i += 1) {
      sum += this.#taps[i] * this.#past[(this.#at + i) % this.#past.length];
    }
    return sum;
  }
}

function lowPass(rate, cut) {
  const half = Math.ceil((rate / RATE) * 8);
  const taps = Float32Array.from({ length: 2 * half + 1 }, (_, i) => {
    const x = i - half;
    const window = 0.42 - 0.5 * Math.cos((Math.PI * i) / half) + 0.08 * Math.cos((2 * Math.PI * i) / half);
    const turn = (2 * Math.PI * cut) / rate;
    return window * (x === 0 ? turn / Math.PI : Math.sin(turn * x) / (Math.PI * x));
  });
  const whole = taps.reduce((sum, tap) => sum + tap, 0);
  return taps.map((tap) => tap / whole);
}

/** Gathers samples into frames of 20 ms, signed 16-bit. `push` gives a full frame, or null. */
export class Framer {
  #frame = new Int16Array(FRAME);
  #length = 0;

  push(sample) {
    this.#frame[this.#length] = Math.max(-32768, Math.min(32767, Math.round(sample * 32767)));
    this.#length += 1;
    if (this.#length < FRAME) return null;
    const full = this.#frame;
    this.#frame = new Int16Array(FRAME);
    this.#length = 0;
    return full;
  }
}
