"""Writes the arrays in fixtures/npy and fixtures/npz as numpy and scipy write them: every order, byte order and packing that
the readers know.
"""

import pathlib

import numpy as np
import scipy.sparse as sparse

fixtures = pathlib.Path(__file__).parent / "fixtures"
npy, npz = fixtures / "npy", fixtures / "npz"
for folder in (npy, npz):
    folder.mkdir(parents=True, exist_ok=True)
X = np.array([[1.5, 0, -2], [0, 0, 3e-5], [0, 4, 5], [-1e10, 0, 0]])
y = np.array([1.0, 0, 1, 0])
np.savez(npz / "dense.npz", X=X, y=y)
np.savez_compressed(npz / "dense-packed.npz", X=np.asfortranarray(X), y=y.astype(bool))
for form in ("csr", "csc", "coo"):
    m = sparse.csr_matrix(X).asformat(form)
    parts = {"row": m.row, "col": m.col} if form == "coo" else {"indices": m.indices, "indptr": m.indptr}
    np.savez(npz / f"{form}.npz", data=m.data, shape=np.array(m.shape), format=np.array(form.encode()), y=y, **parts)
repeated = {"indices": [2, 0, 0, 2, 2, 1, 2, 0], "indptr": [0, 3, 4, 7, 8]}
values = [-2, 1, 0.5, 3e-5, 2, 4, 3, -1e10]
np.savez(npz / "unsorted.npz", data=values, shape=[4, 3], format=np.array(b"csr"), y=y, **repeated)
sparse.save_npz(npz / "no-target.npz", sparse.csr_matrix(X))
table = np.column_stack([X, y])
np.save(npy / "table.npy", table)
np.save(npy / "table-fortran.npy", np.asfortranarray(table))
np.save(npy / "table-big-endian.npy", table.astype(">f8"))
np.save(npy / "integers.npy", np.arange(12, dtype=np.int64).reshape(4, 3) - 5)
np.save(npy / "vector.npy", y.astype(np.float32))
np.save(npy / "nan.npy", np.where(table == 3e-5, np.nan, table))
np.save(npy / "too-large.npy", np.array([[2**60 + 1, 1]]))
np.save(npy / "complex.npy", table.astype(complex))
np.save(npy / "cube.npy", np.zeros((2, 2, 2)))
