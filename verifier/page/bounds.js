// How many of a total are genuine with 95 % confidence, from a sample without replacement: exact, in whole numbers.

function choose(from, count) {
  if (count < 0 || count > from) return 0n;
  let ways = 1n;
  for (let at = 1; at <= Math.min(count, from - count); at++) ways = (ways * BigInt(from - at + 1)) / BigInt(at);
  return ways;
}

function unlikely(defects, total, bad, sample) {
  let ways = 0n;
  for (let seen = 0; seen <= Math.min(defects, bad, sample); seen++) ways += choose(bad, seen) * choose(total - bad, sample - seen);
  return ways * 20n <= choose(total, sample);
}

export function atLeastGenuine(total, sample, defects) {
  let low = defects;
  let high = total - (sample - defects);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (unlikely(defects, total, middle, sample)) high = middle - 1;
    else low = middle;
  }
  return total - low;
}
