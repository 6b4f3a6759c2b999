"""Fits the lasso of a numpy file with a solver that is asked for on a line of the input, to a duality gap.

Run by peer.bench.ts: python peer.py DATA. Lines in: {"solver": "celer" | "sklearn", "lam": λ, "gap": g}.
Lines out: {"version": …, "seconds": of the fit alone, "gap": P − D in numpy, "nonzero": …}. Single-threaded.
"""

import json
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import celer
import numpy as np
import sklearn
from sklearn.linear_model import Lasso

solvers = {"celer": (celer.Lasso, celer.__version__), "sklearn": (Lasso, sklearn.__version__)}
table = np.load(sys.argv[1])
X, y = table[:, :-1], np.ascontiguousarray(table[:, -1])
n = len(y)


def gap(beta, lam):
    """1/(2n)‖y − Xβ‖² + λ‖β‖₁ minus the dual value at the residual, scaled to be feasible."""
    r = y - X @ beta
    scale = min(1, lam / np.max(np.abs(X.T @ r / n)))
    primal = r @ r / (2 * n) + lam * np.sum(np.abs(beta))
    dual = (y @ y - (y - scale * r) @ (y - scale * r)) / (2 * n)
    return primal - dual


for line in sys.stdin:
    asked = json.loads(line)
    make, version = solvers[asked["solver"]]
    # Both stop at a gap of tol ‖y‖²/n.
    tol = asked["gap"] * n / (y @ y)
    model = make(alpha=asked["lam"], fit_intercept=False, tol=tol, max_iter=100_000)
    start = time.perf_counter()
    model.fit(X, y)
    seconds = time.perf_counter() - start
    found = {
        "version": version,
        "seconds": seconds,
        "gap": gap(model.coef_, asked["lam"]),
        "nonzero": int(np.count_nonzero(model.coef_)),
    }
    print(json.dumps(found), flush=True)
