// The slow part of a passphrase's key: a `kdf` ({name, salt, …}, as stored beside each key) says which and how slow.

import { fromBase64 } from "./bytes.js";

// A server that asks for less than this is not believed: it would have a passphrase's trace to guess at cheaply.
const LEAST = { memory: 8192, passes: 3, iterations: 600_000 };
const MOST = { memory: 1024 * 1024, passes: 16, iterations: 10_000_000 };

const within = (kdf, ...names) =>
  names.every((name) => Number.isInteger(kdf[name]) && kdf[name] >= LEAST[name] && kdf[name] <= MOST[name]);

/** 32 bytes of the passphrase's bytes. `progress(share)` is called with what is done, where that is known. */
export async function stretch(words, kdf, progress = () => {}) {
  const salt = fromBase64(kdf.salt);
  if (kdf.name === "PBKDF2-SHA-256" && within(kdf, "iterations")) {
    const key = await crypto.subtle.importKey("raw", words, "PBKDF2", false, ["deriveBits"]);
    const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: kdf.iterations };
    return new Uint8Array(await crypto.subtle.deriveBits(how, key, 256));
  }
  if (kdf.name !== "argon2id" || !within(kdf, "memory", "passes")) throw new TypeError("not a way to derive a key");
  const { memory, passes, lanes } = kdf;
  return beside({ password: words, salt, memory, passes, lanes, length: 32 }, progress);
}

async function beside(how, progress) {
  if (typeof Worker === "undefined") return (await import("./argon2.js")).argon2id(how, progress);
  const worker = new Worker(new URL("./argon2.worker.js", import.meta.url), { type: "module" });
  try {
    return await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => (data.key ? resolve(data.key) : progress(data.share));
      worker.onerror = () => reject(new Error("the worker ended"));
      worker.postMessage(how);
    });
  } finally {
    worker.terminate();
  }
}
