// Clocks that count up, and the bar of an offer that runs out. The fragments carry moments, so they do not change by themselves.

const two = (number) => String(number).padStart(2, "0");

/** 4:05, or 1:02:03. */
export function counted(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  if (whole >= 86400) return `${Math.floor(whole / 86400)}d ${hours % 24}h`;
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${two(minutes)}:${two(whole % 60)}`;
}

function tick() {
  const now = Date.now();
  for (const clock of document.querySelectorAll("time[data-since]")) {
    const text = counted((now - Date.parse(clock.dataset.since)) / 1000);
    if (clock.textContent !== text) clock.textContent = text;
  }
  for (const bar of document.querySelectorAll("progress[data-until]")) {
    const from = Date.parse(bar.dataset.from);
    const until = Date.parse(bar.dataset.until);
    bar.value = Math.max(0, (100 * (until - now)) / (until - from));
  }
}

/** Start them. `refresh` draws them at once after a fragment came. */
export function clocks() {
  tick();
  setInterval(tick, 500);
}

export const refresh = tick;
