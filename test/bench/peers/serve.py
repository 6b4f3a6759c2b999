"""Answers requests for one problem, a JSON object a line: loads data, fits a peer, judges an x. One thread."""

import json
import os
import sys
import time
import warnings

for name in ("OMP", "MKL", "OPENBLAS", "NUMBA"):
    os.environ[f"{name}_NUM_THREADS"] = "1"

import numpy as np
from duality import lambda_max, relative_gap
from scipy import sparse
from solvers import offered, peers, version

warnings.simplefilter("ignore")
held = {}


def load(path, loss):
    """X by columns and y, held for the requests that follow."""
    archive = np.load(path)
    if "X" in archive:
        X = np.asfortranarray(archive["X"])
    else:
        parts = (archive["data"], archive["indices"], archive["indptr"])
        X = sparse.csc_matrix(parts, shape=tuple(archive["shape"]))
    held.update(X=X, y=archive["y"], loss=loss)
    n, p = X.shape
    return {"lambdaMax": lambda_max(loss, X, held["y"]), "peers": offered(loss, n, p)}


def fit(solver, lam, tol, repeat):
    """The mean seconds of a call of fit, as the clock and as the processor has it, and the gap of the x it found."""
    X, y, loss = held["X"], held["y"], held["loss"]
    make, _ = peers[loss][solver]
    clock = processor = 0
    for _ in range(repeat):
        model = make(lam, tol, len(y))
        start, used = time.perf_counter(), time.process_time()
        model.fit(X, y)
        clock += time.perf_counter() - start
        processor += time.process_time() - used
    x = np.ravel(model.coef_)
    return {
        "ms": 1000 * clock / repeat,
        "cpu": 1000 * processor / repeat,
        "gap": relative_gap(loss, X, y, lam, x),
    }


def judge(lam, x):
    """The gap of an x that was found elsewhere."""
    x = np.array(x)
    gap = relative_gap(held["loss"], held["X"], held["y"], lam, x)
    return {"gap": gap, "nonzero": int(np.count_nonzero(x))}


def versions():
    modules = ("numpy", "scipy", "sklearn", "celer", "skglm", "numba")
    found = {module: version(module) for module in modules}
    return {"python": sys.version.split()[0], **{k: v for k, v in found.items() if v}}


answers = {"load": load, "fit": fit, "judge": judge, "versions": versions}
for line in sys.stdin:
    asked = json.loads(line)
    try:
        said = answers[asked.pop("ask")](**asked)
    except Exception as error:  # told, so that the other solvers go on
        said = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(said), flush=True)
