// The operator's end of a call: microphone and loudspeaker on one side, a WebSocket of 20 ms frames (8 kHz, signed 16-bit,
// little-endian) on the other. Events: "state" (ready, connected, held, caller_gone, closed), "levels",
// "pressed" (a key on the caller's telephone). `recording` is where the caller's consent stands.

const ENDS = ["caller_gone", "handed_over", "left"];
const VOICE = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

export class Leg extends EventTarget {
  #socket = null;
  #context = null;
  #node = null;
  #stream = null;
  #source = null;
  #muted = false;
  #held = false;
  #clip = null;
  state = "new";
  recording = "";
  stats = { underruns: 0, dropped: 0, depth: 0 };

  /** Open microphone and socket. Throws NotAllowedError or NotFoundError where there is no microphone to be had. */
  async start(token, microphone = "", listens = false) {
    // The microphone first: without one no token is spent and the caller can go to a colleague. Whoever only listens needs none.
    if (!listens) await this.#listen(microphone);
    await this.#wire();
    this.#connect(await token());
  }

  async #listen(deviceId) {
    const device = deviceId ? { deviceId: { exact: deviceId } } : {};
    const stream = await navigator.mediaDevices.getUserMedia({ audio: { ...VOICE, ...device } });
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#stream = stream;
    // A headset that is pulled out in the middle of a call.
    stream.getAudioTracks()[0].onended = () => this.#say("no-microphone");
    this.#apply();
  }

  async #wire() {
    // 8 kHz where the browser can do it; anything else is converted in the worklet.
    try {
      this.#context = new AudioContext({ sampleRate: 8000, latencyHint: "interactive" });
      this.#source = this.#stream && this.#context.createMediaStreamSource(this.#stream);
    } catch {
      await this.#context?.close();
      this.#context = new AudioContext({ latencyHint: "interactive" });
      this.#source = this.#stream && this.#context.createMediaStreamSource(this.#stream);
    }
    await this.#context.audioWorklet.addModule(new URL("./worklet.js", import.meta.url));
    this.#node = new AudioWorkletNode(this.#context, "harkline-leg", { numberOfInputs: 1, outputChannelCount: [1] });
    this.#node.port.onmessage = ({ data }) => (data instanceof ArrayBuffer ? this.#send(data) : this.#measured(data));
    this.#source?.connect(this.#node);
    this.#node.connect(this.#context.destination);
    await this.#context.resume();
  }

  #connect(token) {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.#socket = new WebSocket(`${scheme}://${location.host}/live/audio/${token}`);
    this.#socket.binaryType = "arraybuffer";
    this.#socket.onmessage = ({ data }) => {
      if (typeof data === "string") this.#told(JSON.parse(data));
      else if (!this.#held) this.#node.port.postMessage(data, [data]);
    };
    this.#socket.onclose = () => this.#say(ENDS.includes(this.state) ? this.state : "closed");
  }

  /** Let the caller hear a recording in place of the microphone, at the pace of speech: 8 kHz, signed 16-bit. */
  play(pcm) {
    this.#clip = pcm;
  }

  get playing() {
    return this.#clip !== null;
  }

  /** The next piece of what is being played, as long as the microphone's frame would be. */
  #next(size) {
    const piece = new Uint8Array(size);
    piece.set(this.#clip.subarray(0, size));
    this.#clip = this.#clip.length > size ? this.#clip.subarray(size) : null;
    if (this.#clip === null) this.#say(this.state);
    return piece.buffer;
  }

  #send(frame) {
    if (this.#clip) frame = this.#next(frame.byteLength);
    // A socket that is backed up must not turn into delay: what cannot go now is left out.
    if (this.#socket?.readyState === WebSocket.OPEN && this.#socket.bufferedAmount < 3200) this.#socket.send(frame);
  }

  #told(message) {
    if (message.t === "ready") this.#say("ready");
    if (message.t === "recording") {
      this.recording = message.s;
      this.#say(this.state);
    }
    if (message.t === "digit") this.dispatchEvent(new CustomEvent("pressed", { detail: message.d }));
    if (message.t === "state") {
      const was = this.#held;
      this.#held = message.s === "held";
      if (this.#held && !was) this.#node.port.postMessage("flush");
      this.#say(message.s);
    }
  }

  #measured(figures) {
    const { underruns, dropped, depth } = figures;
    if (underruns !== this.stats.underruns) this.#tell({ t: "stats", underruns, dropped });
    this.stats = { underruns, dropped, depth };
    this.dispatchEvent(new CustomEvent("levels", { detail: figures }));
  }

  #tell(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #say(state) {
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: state }));
  }

  #apply() {
    for (const track of this.#stream?.getAudioTracks() ?? []) track.enabled = !this.#muted && !this.#held;
  }

  get muted() {
    return this.#muted;
  }

  get held() {
    return this.#held;
  }

  mute(on) {
    this.#muted = on;
    this.#apply();
  }

  /** Ask for a hold, or its end; the state changes when the server says so. */
  hold(on) {
    this.#tell({ t: on ? "hold" : "unhold" });
  }

  digit(digit) {
    this.#tell({ t: "digit", d: digit });
  }

  async useMicrophone(deviceId) {
    await this.#listen(deviceId);
    this.#source.disconnect();
    this.#source = this.#context.createMediaStreamSource(this.#stream);
    this.#source.connect(this.#node);
  }

  /** Chromium alone can choose; elsewhere the system's loudspeaker stays. */
  async useLoudspeaker(deviceId) {
    await this.#context.setSinkId?.(deviceId);
  }

  async stop() {
    this.#socket?.close();
    this.#stream?.getTracks().forEach((track) => track.stop());
    await this.#context?.close().catch(() => {});
    this.#context = null;
  }
}
