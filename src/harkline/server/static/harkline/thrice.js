// Three presses of Shift within a moment, with no other key between them: somebody has to leave.

const PRESSES = 3;
const WITHIN = 1500; // milliseconds

/** Call `fn` when that happens. */
export function thrice(fn) {
  let pressed = [];
  addEventListener("keydown", (event) => {
    if (event.key !== "Shift") pressed = []; // somebody is typing capitals
    else if (!event.repeat) {
      const now = event.timeStamp;
      pressed = [...pressed.filter((at) => now - at < WITHIN), now];
      if (pressed.length >= PRESSES) fn();
    }
  });
}
