// A puzzle that comes with the form when very many write: solved beside the page while somebody types. Whoever cannot solve it, or does
// not in time, is taken all the same, after those who did.

const SOLVER = new URL("./solver.js", import.meta.url).href;
const PATIENCE = 40_000; // milliseconds after pressing “Send”

// The only script that these pages may start by its address.
const policy = globalThis.trustedTypes?.createPolicy("solver", {
  createScriptURL: (address) => {
    if (address !== SOLVER) throw new TypeError("not the solver");
    return address;
  },
});

/** A promise of the solution (base64), empty where there is no puzzle or it cannot be solved here. */
export async function solve(given) {
  if (!given) return "";
  try {
    const puzzle = JSON.parse(atob(given));
    const number = await find(puzzle);
    if (number === null) return "";
    const { algorithm, challenge, salt, signature } = puzzle;
    return btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
  } catch {
    return "";
  }
}

function find(puzzle) {
  return new Promise((found, failed) => {
    const worker = new Worker(policy ? policy.createScriptURL(SOLVER) : SOLVER, { type: "module" });
    worker.addEventListener("message", ({ data }) => {
      worker.terminate();
      found(data);
    });
    worker.addEventListener("error", failed);
    worker.postMessage(puzzle);
  });
}

/** The solution when it is there; `say` is called if it is not yet. Nobody waits for it longer than those without script do. */
export async function waitFor(solution, say) {
  const late = setTimeout(say, 300);
  const enough = new Promise((go) => setTimeout(() => go(""), PATIENCE));
  try {
    return await Promise.race([solution, enough]);
  } finally {
    clearTimeout(late);
  }
}
