"""Problems and their minimisers in 80-bit arithmetic, for reference.py.

The solver is Newton's method on the support, started from a plain proximal gradient run; it shares no code and no formula
with solver/. Gaps are P - D in 80-bit arithmetic, from the dual's definition.
"""

import numpy as np

L = np.longdouble


class Model:
    """mean loss + ridge/2 |b|^2 + l1 |b|_1 + l2/2 |b|^2 + sum_g s_g |b_g|, x = (intercept, b), everything in 80 bits."""

    def __init__(self, loss, X, y, ridge=0.0, l1=0.0, l2=0.0, groups=None, strengths=None):
        self.loss, self.X, self.y = loss, X.astype(L), y.astype(L)
        self.ridge, self.l1, self.l2 = L(ridge), L(l1), L(l2)
        self.groups = groups or []
        self.strengths = [L(s) for s in strengths or []]
        self.n, self.p = X.shape

    def margins(self, x):
        return x[0] + self.X @ x[1:]

    def f(self, x):
        z = self.margins(x)
        if self.loss == "squared":
            loss = ((self.y - z) ** 2).mean() / 2
        else:
            loss = np.logaddexp(L(0), -self.y * z).mean()
        return loss + self.ridge / 2 * (x[1:] ** 2).sum()

    def r(self, x):
        b = x[1:]
        groups = sum((s * np.sqrt((b[g] ** 2).sum()) for g, s in zip(self.groups, self.strengths)), L(0))
        return self.l1 * np.abs(b).sum() + self.l2 / 2 * (b**2).sum() + groups

    def slopes(self, x):
        z = self.margins(x)
        if self.loss == "squared":
            return z - self.y
        return -self.y / (1 + np.exp(self.y * z))

    def weights(self, x):
        if self.loss == "squared":
            return np.ones(self.n, dtype=L)
        e = np.exp(-np.abs(self.margins(x)))
        return e / (1 + e) ** 2

    def gradient(self, x):
        w = self.slopes(x)
        g = np.empty(self.p + 1, dtype=L)
        g[0] = w.mean()
        g[1:] = self.X.T @ w / self.n + self.ridge * x[1:]
        return g

    def hessian(self, x):
        A = np.column_stack([np.ones(self.n, dtype=L), self.X])
        H = (A.T * self.weights(x)) @ A / self.n
        H[np.arange(1, self.p + 1), np.arange(1, self.p + 1)] += self.ridge
        return H

    def prox(self, u, t):
        v = np.sign(u) * np.maximum(np.abs(u) - t * self.l1, 0) / (1 + t * self.l2)
        for g, s in zip(self.groups, self.strengths):
            norm = np.sqrt((u[g] ** 2).sum())
            v[g] = max(L(0), 1 - t * s / norm) * u[g] if norm > 0 else 0
        return v

    def solve(self):
        """Accelerated proximal gradient for the support, then Newton on it; checks optimality off it."""
        bound = 1 if self.loss == "squared" else 0.25
        A = np.column_stack([np.ones(self.n), self.X.astype(float)])
        t = L(1 / (bound * np.linalg.eigvalsh(A.T @ A / self.n)[-1] + float(self.ridge)))
        x = np.zeros(self.p + 1, dtype=L)
        y, momentum = x.copy(), L(1)
        for _ in range(20000):
            u = y - t * self.gradient(y)
            new = u.copy()
            new[1:] = self.prox(u[1:], t)
            following = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
            if ((y - new) @ (new - x)) > 0:
                following, y = L(1), new.copy()
            else:
                y = new + (momentum - 1) / following * (new - x)
            step, x, momentum = np.abs(new - x).max(), new, following
            if step < 1e-17 * (1 + np.abs(x).max()):
                break
        support = np.flatnonzero(np.concatenate([[1.0], np.abs(x[1:].astype(float)) > 0]))
        for _ in range(60):
            g, H = self.gradient(x), self.hessian(x)
            b = x[1:]
            g[1:] += self.l1 * np.sign(b) + self.l2 * b
            H[np.arange(1, self.p + 1), np.arange(1, self.p + 1)] += self.l2
            for members, s in zip(self.groups, self.strengths):
                norm = np.sqrt((b[members] ** 2).sum())
                if norm == 0:
                    continue
                e = b[members] / norm
                index = np.array(members) + 1
                g[index] += s * e
                H[np.ix_(index, index)] += s / norm * (np.eye(len(members), dtype=L) - np.outer(e, e))
            step = np.linalg.solve(H[np.ix_(support, support)].astype(float), g[support].astype(float))
            x[support] -= step
        assert np.abs(g[support]).max() < 1e-16 * (1 + np.abs(self.gradient(x * 0)).max()), np.abs(g[support]).max()
        off = self.gradient(x)[1:]
        if self.groups:
            for members, s in zip(self.groups, self.strengths):
                if not x[1:][members].any():
                    assert np.sqrt((off[members] ** 2).sum()) <= s
        else:
            assert (np.abs(off[x[1:] == 0]) <= self.l1).all()
        return x

    def gap(self, x):
        z, b, n = self.margins(x), x[1:], self.n
        P = self.f(x) + self.r(x)
        if self.loss == "squared":
            rc = self.y - z
            rc = rc - rc.mean()
            u = self.X.T @ rc / n
            if self.groups:
                scale = min([L(1)] + [s / np.sqrt((u[g] ** 2).sum()) for g, s in zip(self.groups, self.strengths)])
                return P - (scale * rc @ self.y / n - scale**2 * (rc @ rc) / (2 * n))
            v = np.abs(u - self.l2 * b).max()
            s = min(L(1), self.l1 / v)
            scaled = P - (s * (rc @ self.y) / n - s**2 / 2 * (rc @ rc / n + self.l2 * (b @ b)))
            if self.l2 == 0:
                return scaled
            over = np.maximum(np.abs(u) - self.l1, 0)
            return min(scaled, P - (rc @ self.y / n - rc @ rc / (2 * n) - (over**2).sum() / (2 * self.l2)))
        low, high = L(-100), L(100)
        for _ in range(200):
            c = (low + high) / 2
            q = 1 / (1 + np.exp(self.y * (z + c)))
            if (self.y * q).sum() > 0:
                low = c
            else:
                high = c
        u = self.X.T @ (self.y * q) / n
        s = L(1) if self.l2 > 0 else min(L(1), self.l1 / np.abs(u).max())
        a = s * q
        dual = -(a * np.log(a) + (1 - a) * np.log1p(-a)).mean()
        if self.l2 > 0:
            dual -= (np.maximum(np.abs(u) - self.l1, 0) ** 2).sum() / (2 * self.l2)
        return P - dual


def lambda_max(model, groups=None, weights=None):
    """The largest |gradient| of a coordinate (or weighted group) at b = 0 with the intercept fitted."""
    x = np.zeros(model.p + 1, dtype=L)
    if model.loss == "squared":
        x[0] = model.y.mean()
    else:
        share = (model.y > 0).mean()
        x[0] = np.log(share / (1 - share))
    g = model.gradient(x)[1:]
    if groups is None:
        return np.abs(g).max()
    return max(np.sqrt((g[m] ** 2).sum()) / w for m, w in zip(groups, weights))
