// Where a page keeps unlocked keys: in the keeper (keeper.worker.js), so that the next page and other tabs have them, and never in
// storage, which lies on a disk. Where a browser has no service workers (some private windows), they live as long as the page.

const ANSWERS_IN = 5000;
const here = new Map();
let registered = null;

/** Look at something; undefined or null if it is not held. */
export const get = (name) => ask({ act: "get", name });
/** Hold something for `lasts` milliseconds. CryptoKeys pass as keys that cannot be read out. */
export const put = (name, value, lasts) => ask({ act: "put", name, value, lasts });
/** Put some of its fields anew, and its time; nothing where it is not held any more. */
export const change = (name, value, lasts) => ask({ act: "change", name, value, lasts });
/** Forget it. */
export const drop = (name) => ask({ act: "drop", name });

async function ask(message) {
  const worker = await keeper();
  if (!worker) return alone(message);
  return new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    const late = setTimeout(() => reject(new Error("the keeper does not answer")), ANSWERS_IN);
    port1.onmessage = ({ data }) => {
      clearTimeout(late);
      port1.close();
      resolve(data);
    };
    worker.postMessage(message, [port2]);
  });
}

/** The worker that is active now, started where there is none; null where a browser has no such thing. */
async function keeper() {
  registered ??= navigator.serviceWorker
    ?.register(new URL("./keeper.worker.js", import.meta.url), { updateViaCache: "none" })
    .catch(() => null);
  const registration = await registered;
  if (!registration) return null;
  return registration.active ?? activated(registration.installing ?? registration.waiting);
}

function activated(worker) {
  return new Promise((resolve) => {
    const look = () => {
      if (worker.state === "activated") resolve(worker);
      if (worker.state === "redundant") resolve(null);
    };
    worker.addEventListener("statechange", look);
    look();
  });
}

function alone({ act, name, value }) {
  if (act === "get") return here.get(name) ?? null;
  if (act === "drop") here.delete(name);
  if (act === "put") here.set(name, value);
  if (act === "change" && here.has(name)) here.set(name, { ...here.get(name), ...value });
  return null;
}

// Until 0.2 keys lay in the browser's database, where a disk remembers them.
globalThis.indexedDB?.deleteDatabase("harkline");
