// The board rings while a hand is up. Browsers let a page sound only after somebody has touched it: until then it says so.

import { Ring } from "./audio/ring.js";

const ring = new Ring();
const raised = () => document.querySelector("#figures .hand") !== null;

async function draw() {
  if (raised()) await ring.start();
  else ring.stop();
  document.getElementById("board-ring").hidden = ring.allowed;
}

export function board() {
  document.getElementById("figures").addEventListener("harkline:fresh", draw);
  document.addEventListener("click", async () => {
    await ring.allow();
    draw();
  });
  document.addEventListener("keydown", async () => {
    await ring.allow();
    draw();
  });
  ring.allow().then(draw);
}
