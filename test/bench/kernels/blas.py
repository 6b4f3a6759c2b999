"""Times the products of kernels.bench.ts with numpy and its BLAS: python blas.py ROWS COLUMNS REPETITIONS, one thread.

Prints {"products": [ms of Xᵀr, ...], "axpys": [ms of one r + c x for every column, ...]}, X column-major in float64.
"""

import json
import os
import sys
import time

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
import numpy as np  # noqa: E402
from scipy.linalg.blas import daxpy  # noqa: E402

rows, columns, repetitions = map(int, sys.argv[1:])
random = np.random.default_rng(1)
X = np.asfortranarray(random.standard_normal((rows, columns)))
r = random.standard_normal(rows)
out = np.empty(columns)


def times(work):
    work()
    found = []
    for _ in range(repetitions):
        start = time.perf_counter()
        work()
        found.append((time.perf_counter() - start) * 1000)
    return found


def axpys():
    for j in range(columns):
        daxpy(X[:, j], r, a=1e-9)


products = times(lambda: np.dot(X.T, r, out=out))
print(json.dumps({"products": products, "axpys": times(axpys)}))
