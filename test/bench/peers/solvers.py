"""The peers by name: (loss, λ, tolerance, n) → an estimator without intercept. What is not installed is left out."""

import importlib

most = 1_000_000


def sklearn_lasso(lam, tol, n):
    from sklearn.linear_model import Lasso

    return Lasso(alpha=lam, tol=tol, max_iter=most, fit_intercept=False, copy_X=False)


def sklearn_gram(lam, tol, n):
    from sklearn.linear_model import Lasso

    return Lasso(
        alpha=lam, tol=tol, max_iter=most, fit_intercept=False, copy_X=False, precompute=True
    )


def celer_lasso(lam, tol, n):
    from celer import Lasso

    return Lasso(alpha=lam, tol=tol, max_iter=1000, fit_intercept=False)


def skglm_lasso(lam, tol, n):
    from skglm import Lasso

    return Lasso(alpha=lam, tol=tol, max_iter=1000, fit_intercept=False)


# Where the mean of the losses stands here, theirs has the sum times C: C = 1/(λn).
def liblinear_logistic(lam, tol, n):
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(
        solver="liblinear",
        l1_ratio=1.0,
        C=1 / (lam * n),
        tol=tol,
        max_iter=most,
        fit_intercept=False,
        random_state=0,
    )


def celer_logistic(lam, tol, n):
    from celer import LogisticRegression

    return LogisticRegression(C=1 / (lam * n), tol=tol, max_iter=1000, fit_intercept=False)


def skglm_logistic(lam, tol, n):
    from skglm import SparseLogisticRegression

    return SparseLogisticRegression(alpha=lam, tol=tol, max_iter=1000, fit_intercept=False)


peers = {
    "lasso": {
        "scikit-learn": (sklearn_lasso, "sklearn"),
        "scikit-learn, Gram": (sklearn_gram, "sklearn"),
        "celer": (celer_lasso, "celer"),
        "skglm": (skglm_lasso, "skglm"),
    },
    "logistic": {
        "liblinear": (liblinear_logistic, "sklearn"),
        "celer": (celer_logistic, "celer"),
        "skglm": (skglm_logistic, "skglm"),
    },
}


def offered(loss, n, p):
    """The names of the peers that are installed and suited to (n, p) data: a Gram matrix where p ≤ n."""
    names = []
    for name, (_, module) in peers[loss].items():
        if not (name.endswith("Gram") and p > min(n, 2000)) and version(module):
            names.append(name)
    return names


def version(module):
    """The module's version; None where it is not installed."""
    try:
        return importlib.import_module(module).__version__
    except ImportError:
        return None
