"""Writes FOLDER/NAME-lasso.npz and NAME-logistic.npz, the same X in both: python data.py FOLDER EXAMPLES NAME.

Prints {"rows": n, "columns": p}, or {"missing": sentence}. Dense columns are centred and divided by their standard
deviation, once and for every solver; y of the lasso is centred. Nobody fits an intercept.
"""

import json
import sys

import numpy as np
from genes import NotThere, genes
from scipy import sparse


def bundled(file):
    table = np.loadtxt(f"{examples}/{file}", delimiter=",", skiprows=1)
    return table[:, :-1], table[:, -1]


def diabetes():
    """442 × 10; the classes: progression above its median or not."""
    X, y = bundled("diabetes.csv")
    return X, y, y > np.median(y)


def breast_cancer():
    """569 × 30; y of the lasso: benign +1, malignant −1."""
    X, benign = bundled("breast_cancer.csv")
    return X, 2 * benign - 1, benign > 0


def gene_expression():
    """128 × 12,625, B against T cells; y of the lasso: the same ±1."""
    X, is_b = genes(folder)
    return X, np.where(is_b, 1.0, -1.0), is_b


def correlated():
    """1,000 × 5,000 standard normals with correlation 0.9^|i − j|, 50 coefficients of ±1, noise of a tenth of the signal."""
    random = np.random.default_rng(1)
    n, p = 1000, 5000
    X = random.standard_normal((n, p))
    for j in range(1, p):
        X[:, j] = 0.9 * X[:, j - 1] + np.sqrt(1 - 0.81) * X[:, j]
    return responses(X, n, p, random)


def scattered():
    """20,000 × 10,000, one entry in a thousand standard normal; columns as they are."""
    random = np.random.default_rng(2)
    n, p = 20_000, 10_000
    X = sparse.random(n, p, 0.001, "csc", rng=random, data_rvs=random.standard_normal)
    X.sort_indices()
    return responses(X, n, p, random)


def responses(X, n, p, random):
    beta = np.zeros(p)
    beta[:: p // 50] = random.choice([-1.0, 1.0], 50)
    signal = X @ beta
    y = signal + np.std(signal) / 10 * random.standard_normal(n)
    return X, y, y > 0


def write(X, y, path):
    if sparse.issparse(X):
        parts = {"data": X.data, "indices": X.indices, "indptr": X.indptr, "shape": X.shape}
        np.savez(path, format="csc", y=y, **parts)
    else:
        np.savez(path, X=X, y=y)


sets = {
    "diabetes": diabetes,
    "breastCancer": breast_cancer,
    "geneExpression": gene_expression,
    "correlated": correlated,
    "sparse": scattered,
}
folder, examples, name = sys.argv[1:]
try:
    X, y, positive = sets[name]()
    if not sparse.issparse(X):
        X = np.asfortranarray((X - X.mean(axis=0)) / X.std(axis=0))
        y = y - y.mean()
    write(X, y, f"{folder}/{name}-lasso.npz")
    write(X, np.where(positive, 1.0, -1.0), f"{folder}/{name}-logistic.npz")
    print(json.dumps({"rows": X.shape[0], "columns": X.shape[1]}))
except NotThere as error:
    print(json.dumps({"missing": str(error)}))
