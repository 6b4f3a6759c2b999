"""Writes reference.json: what scikit-learn, NumPy and model.py's solver in extended precision say of the problems.

Run: python -m venv test/oracle/.venv && test/oracle/.venv/bin/pip install numpy scipy scikit-learn
     test/oracle/.venv/bin/python test/oracle/reference.py
"""

import json
import pathlib

import numpy as np
from model import L, Model, lambda_max
from sklearn.linear_model import ElasticNet, Lasso, LogisticRegression, Ridge

here = pathlib.Path(__file__).parent
data = here.parent.parent / "examples/workspace/data"


def table(name):
    rows = np.genfromtxt(data / f"{name}.csv", delimiter=",", skip_header=1, dtype=np.float64)
    return rows[:, :-1], rows[:, -1]


def standardized(X):
    X = X.astype(L)
    X = X - X.mean(axis=0)
    return X / np.sqrt((X**2).mean(axis=0))


def numbers(values):
    return [float(v) for v in np.atleast_1d(values)]


def case(name, problem, dataset, options, blocks, model, lam=None, top=None):
    """One problem: its optimum, and oracles at points far from and near it. `blocks` lists coordinates of x by block."""
    rng = np.random.default_rng(len(name))
    best = model.solve()
    scale = np.abs(best).max()
    points = [np.zeros(model.p + 1)]
    points += [np.round(rng.standard_normal(model.p + 1) * float(scale) * s, 6) for s in (0.01, 1)]
    near = best.astype(float)
    for s in (1e-3, 1e-6):
        points.append(near * (1 + s * rng.standard_normal(model.p + 1)))
    points.append(near)
    out = []
    for x in points:
        wide = x.astype(L)
        H = model.hessian(wide).astype(float)
        out.append(
            {
                "x": numbers(x),
                "f": float(model.f(wide)),
                "r": float(model.r(wide)),
                "gradient": numbers(model.gradient(wide)),
                "gap": None if lam is None else float(model.gap(wide)),
                "error": float(model.f(wide) + model.r(wide) - model.f(best) - model.r(best)),
                "sharpness": [float(np.linalg.eigvalsh(H[np.ix_(b, b)])[-1]) for b in blocks],
                "whole": float(np.linalg.eigvalsh(H)[-1]),
            }
        )
    return {
        "name": name,
        "problem": problem,
        "data": dataset,
        "options": options,
        "lambda": None if lam is None else float(lam),
        "lambdaMax": None if top is None else float(top),
        "minimum": float(model.f(best) + model.r(best)),
        "minimizer": numbers(best),
        "points": out,
    }


def close(a, b, tolerance):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    assert np.abs(a - b).max() <= tolerance * (1 + np.abs(b).max()), (a, b)


def main():
    cases = []
    Xraw, y = table("diabetes")
    X = standardized(Xraw)
    singles = [[j] for j in range(11)]
    by4 = [[0], [1, 2, 3, 4], [5, 6, 7, 8], [9, 10]]

    base = Model("squared", X, y)
    top = lambda_max(base)
    lam = top / 10
    lasso = Model("squared", X, y, l1=lam)
    peer = Lasso(alpha=float(lam), tol=1e-14, max_iter=100000).fit(X.astype(float), y)
    best = lasso.solve()
    close(best[1:], peer.coef_, 1e-9)
    close(best[0], peer.intercept_, 1e-9)
    cases.append(case("lasso", "lasso", "diabetes", {"lambda": "0.1*max", "standardize": True}, singles, lasso, lam, top))

    top2 = top / L(0.7)
    lam2 = top2 / 20
    net = Model("squared", X, y, l1=lam2 * L(0.7), l2=lam2 * L(0.3))
    peer = ElasticNet(alpha=float(lam2), l1_ratio=0.7, tol=1e-14, max_iter=100000).fit(X.astype(float), y)
    close(net.solve()[1:], peer.coef_, 1e-9)
    cases.append(
        case(
            "elastic net",
            "elasticNet",
            "diabetes",
            {"lambda": "0.05*max", "l1Ratio": 0.7, "standardize": True},
            singles,
            net,
            lam2,
            top2,
        )
    )

    groups = [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    weights = [L(2), L(2), np.sqrt(L(2))]
    top3 = lambda_max(base, groups, weights)
    lam3 = top3 / 10
    group = Model("squared", X, y, groups=groups, strengths=[lam3 * w for w in weights])
    cases.append(
        case("group lasso", "groupLasso", "diabetes", {"lambda": "0.1*max", "standardize": True}, by4, group, lam3, top3)
    )

    ridge = Model("squared", X, y, ridge=0.5)
    peer = Ridge(alpha=0.5 * len(y), tol=1e-14).fit(X.astype(float), y)
    close(ridge.solve()[1:], peer.coef_, 1e-9)
    cases.append(case("ridge", "leastSquares", "diabetes", {"ridge": 0.5, "standardize": True}, by4, ridge))
    cases.append(case("least squares", "leastSquares", "diabetes", {"ridge": 0, "standardize": True}, by4, base))

    Xraw, labels = table("breast_cancer")
    X = standardized(Xraw)
    y = np.where(labels > 0, 1.0, -1.0)
    base = Model("logistic", X, y)
    top4 = lambda_max(base)
    lam4 = top4 / 20
    logistic = Model("logistic", X, y, l1=lam4)
    best = logistic.solve()
    singles = [[j] for j in range(31)]
    by10 = [[0], list(range(1, 11)), list(range(11, 21)), list(range(21, 31))]
    peer = LogisticRegression(
        l1_ratio=1, C=float(1 / (lam4 * len(y))), solver="saga", tol=1e-10, max_iter=200000
    ).fit(X.astype(float), y)
    close(best[1:], peer.coef_[0], 1e-5)
    cases.append(
        case("logistic", "logistic", "breastCancer", {"lambda": "0.05*max", "standardize": True}, by10, logistic, lam4, top4)
    )
    top5 = top4 / L(0.5)
    lam5 = top5 / 20
    mixed = Model("logistic", X, y, l1=lam5 / 2, l2=lam5 / 2)
    cases.append(
        case(
            "logistic, elastic net",
            "logistic",
            "breastCancer",
            {"lambda": "0.05*max", "l1Ratio": 0.5, "standardize": True},
            singles,
            mixed,
            lam5,
            top5,
        )
    )
    (here / "reference.json").write_text(json.dumps({"cases": cases}) + "\n")


main()
