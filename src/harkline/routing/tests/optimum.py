"""The exact optimum of a small desk, by relative value iteration (Puterman, Markov Decision Processes, 1994, ch. 8).

Two kinds of callers, three pools of operators: for the first kind, for the second, for both. Arrivals, handling and patience are
exponential; at each event the optimum may send any waiting caller to any idle operator, or none. It knows everything about the
desk at once, which no rule of thumb does.
"""

import numpy as np
from numba import njit


@njit(cache=True)
def least_abandonment(n1, n2, n3, l1, l2, mu, theta, most, rounds, tolerance):
    """The smallest share of callers who give up. ``most``: of each kind who wait, beyond whom callers are turned away."""
    a_, b_, c_ = n1 + 1, n2 + 1, n3 + 1
    value = np.zeros((a_, b_, c_, most + 1, most + 1))
    after = np.zeros_like(value)
    fresh = np.zeros_like(value)
    pace = l1 + l2 + (n1 + n2 + n3) * mu + 2 * most * theta
    cost = 0.0
    for _ in range(rounds):
        # The best use of whoever is idle: rows with more busy operators and fewer waiting are known already.
        for a in range(a_ - 1, -1, -1):
            for b in range(b_ - 1, -1, -1):
                for c in range(c_ - 1, -1, -1):
                    for p in range(most + 1):
                        for q in range(most + 1):
                            best = value[a, b, c, p, q]
                            if p > 0 and a < n1:
                                best = min(best, after[a + 1, b, c, p - 1, q])
                            if p > 0 and c < n3:
                                best = min(best, after[a, b, c + 1, p - 1, q])
                            if q > 0 and b < n2:
                                best = min(best, after[a, b + 1, c, p, q - 1])
                            if q > 0 and c < n3:
                                best = min(best, after[a, b, c + 1, p, q - 1])
                            after[a, b, c, p, q] = best
        low, high = 1e18, -1e18
        for a in range(a_):
            for b in range(b_):
                for c in range(c_):
                    for p in range(most + 1):
                        for q in range(most + 1):
                            total = (p + q) * theta
                            total += l1 * (after[a, b, c, p + 1, q] if p < most else after[a, b, c, p, q] + 1.0)
                            total += l2 * (after[a, b, c, p, q + 1] if q < most else after[a, b, c, p, q] + 1.0)
                            out = l1 + l2 + (a + b + c) * mu + (p + q) * theta
                            if a > 0:
                                total += a * mu * after[a - 1, b, c, p, q]
                            if b > 0:
                                total += b * mu * after[a, b - 1, c, p, q]
                            if c > 0:
                                total += c * mu * after[a, b, c - 1, p, q]
                            if p > 0:
                                total += p * theta * after[a, b, c, p - 1, q]
                            if q > 0:
                                total += q * theta * after[a, b, c, p, q - 1]
                            found = (total + (pace - out) * after[a, b, c, p, q]) / pace
                            fresh[a, b, c, p, q] = found
                            low = min(low, found - value[a, b, c, p, q])
                            high = max(high, found - value[a, b, c, p, q])
        anchor = fresh[0, 0, 0, 0, 0]
        for at in range(value.size):
            value.flat[at] = fresh.flat[at] - anchor
        cost = 0.5 * (low + high) * pace
        if high - low < tolerance * (low + high):
            break
    return cost / (l1 + l2)
