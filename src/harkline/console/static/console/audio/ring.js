// A soft ring: two low tones that swell and fade, every four seconds, while something is offered.

const LOUD = 0.12;
const EVERY = 4000;

export class Ring {
  #context = null;
  #timer = 0;

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
