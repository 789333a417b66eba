// How many of a total are genuine with 95 % confidence, from a sample without replacement: exact, in whole numbers.

function choose(from, count) {
  if (count < 0 || count > from) return 0n;
  let ways = 1n;
  for (let at = 1; at <= Math.min(count, from - count); at++) ways = (ways * BigInt(from - at + 1)) / BigInt(at);
  return ways;
}

function unlikely(defects, total, bad, sample) {
  // Drawing the sample from the contacts or the bad ones from them is the same: the smaller number makes the smaller integers.
  const [few, many] = bad < sample ? [bad, sample] : [sample, bad];
  let ways = 0n;
  for (let seen = 0; seen <= Math.min(defects, few); seen++) ways += choose(many, seen) * choose(total - many, few - seen);
  return ways * 20n <= choose(total, few);
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
