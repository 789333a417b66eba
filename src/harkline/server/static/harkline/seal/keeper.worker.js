// Holds the unlocked keys of the operator at this browser: in the memory of a service worker, shared by every tab, and gone with
// the browser, with the last tab's last word (half a minute), or at the end of the time that each thing may be held. It answers
// messages and nothing else: no page is controlled, no request is seen, nothing is stored.

"use strict";

const held = new Map(); // name → {value, until}

const prune = () => held.forEach(({ until }, name) => until <= Date.now() && held.delete(name));

const acts = {
  get: ({ name }) => held.get(name)?.value ?? null,
  put: ({ name, value, lasts }) => void held.set(name, { value, until: Date.now() + lasts }),
  // Never brings back what is gone: a lock in another tab in between stays locked.
  change: ({ name, value, lasts }) => {
    const one = held.get(name);
    if (one) held.set(name, { value: { ...one.value, ...value }, until: Date.now() + lasts });
  },
  drop: ({ name }) => void held.delete(name),
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("message", ({ data, ports: [port] }) => {
  prune();
  port.postMessage(acts[data.act](data));
});
