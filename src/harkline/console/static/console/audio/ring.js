// A soft ring: two low tones that swell and fade, every four seconds, while something is offered.

const LOUD = 0.12;
const EVERY = 4000;

export class Ring {
  #context = null;
  #timer = 0;

  /** Whether the browser lets this page sound. */
  get allowed() {
    return this.#context?.state === "running";
  }

  /** Ask the browser; it says yes once somebody has touched the page. */
  async allow() {
    this.#context ??= new AudioContext();
    await Promise.race([this.#context.resume(), new Promise((done) => setTimeout(done, 200))]);
  }

  start() {
    if (this.#timer) return;
    this.#context ??= new AudioContext();
    this.#context.resume();
    this.#swell();
    this.#timer = setInterval(() => this.#swell(), EVERY);
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = 0;
  }

  #swell() {
    if (this.#context.state !== "running") return;
    [392, 523.25].forEach((tone, step) => this.#tone(tone, this.#context.currentTime + step * 0.45));
  }

  #tone(frequency, at) {
    const tone = new OscillatorNode(this.#context, { frequency });
    const level = new GainNode(this.#context, { gain: 0 });
    level.gain.setValueAtTime(0, at);
    level.gain.linearRampToValueAtTime(LOUD, at + 0.12);
    level.gain.exponentialRampToValueAtTime(0.0001, at + 0.9);
    tone.connect(level).connect(this.#context.destination);
    tone.start(at);
    tone.stop(at + 1);
  }
}
