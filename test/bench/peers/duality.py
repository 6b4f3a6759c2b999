"""The duality gap over F(0), from the definitions: the one judge of every solver's x, ours included."""

import numpy as np


def relative_gap(loss, X, y, lam, x):
    """(P(x) − D(θ))/P(0), θ the residual scaled to be feasible; float64, X dense or sparse."""
    n = len(y)
    primal, dual, at_zero = (lasso if loss == "lasso" else logistic)(X, y, n, lam, X @ x)
    return float((primal + lam * np.sum(np.abs(x)) - dual) / at_zero)


def lambda_max(loss, X, y):
    """The least λ at which x = 0 is a solution: ‖Xᵀy‖∞/n for squares, half of it for logistic."""
    return float(np.max(np.abs(X.T @ y)) / len(y) / (1 if loss == "lasso" else 2))


def lasso(X, y, n, lam, z):
    """1/(2n)‖y − z‖², the dual value at the best feasible multiple of r = y − z, and ‖y‖²/(2n)."""
    r = y - z
    most = lam * n / max(np.max(np.abs(X.T @ r)), 1e-300)
    squares = r @ r
    s = np.clip(y @ r / squares, -most, most) if squares > 0 else 0.0
    return squares / (2 * n), (2 * s * (y @ r) - s * s * squares) / (2 * n), y @ y / (2 * n)


def logistic(X, y, n, lam, z):
    """mean log(1 + exp(−y z)), the dual value at a = s/(1 + exp(y z)), and log 2."""
    t = y * z
    q = np.exp(-np.logaddexp(0, t))
    s = min(1.0, lam * n / max(np.max(np.abs(X.T @ (y * q))), 1e-300))
    a = s * q
    entropy = np.where(a > 0, a * np.log(np.where(a > 0, a, 1)), 0) + (1 - a) * np.log1p(-a)
    return np.mean(np.logaddexp(0, -t)), -np.mean(entropy), np.log(2)
