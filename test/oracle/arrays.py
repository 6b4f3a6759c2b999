"""Writes the arrays in fixtures/ as numpy and scipy write them: every order, byte order and packing that the readers know."""

import pathlib

import numpy as np
import scipy.sparse as sparse

out = pathlib.Path(__file__).parent / "fixtures"
out.mkdir(exist_ok=True)
X = np.array([[1.5, 0, -2], [0, 0, 3e-5], [0, 4, 5], [-1e10, 0, 0]])
y = np.array([1.0, 0, 1, 0])
np.savez(out / "dense.npz", X=X, y=y)
np.savez_compressed(out / "dense-packed.npz", X=np.asfortranarray(X), y=y.astype(bool))
for form in ("csr", "csc", "coo"):
    m = sparse.csr_matrix(X).asformat(form)
    parts = {"row": m.row, "col": m.col} if form == "coo" else {"indices": m.indices, "indptr": m.indptr}
    np.savez(out / f"{form}.npz", data=m.data, shape=np.array(m.shape), format=np.array(form.encode()), y=y, **parts)
repeated = {"indices": [2, 0, 0, 2, 2, 1, 2, 0], "indptr": [0, 3, 4, 7, 8]}
values = [-2, 1, 0.5, 3e-5, 2, 4, 3, -1e10]
np.savez(out / "unsorted.npz", data=values, shape=[4, 3], format=np.array(b"csr"), y=y, **repeated)
sparse.save_npz(out / "no-target.npz", sparse.csr_matrix(X))
table = np.column_stack([X, y])
np.save(out / "table.npy", table)
np.save(out / "table-fortran.npy", np.asfortranarray(table))
np.save(out / "table-big-endian.npy", table.astype(">f8"))
np.save(out / "integers.npy", np.arange(12, dtype=np.int64).reshape(4, 3) - 5)
np.save(out / "vector.npy", y.astype(np.float32))
np.save(out / "nan.npy", np.where(table == 3e-5, np.nan, table))
np.save(out / "too-large.npy", np.array([[2**60 + 1, 1]]))
np.save(out / "complex.npy", table.astype(complex))
np.save(out / "cube.npy", np.zeros((2, 2, 2)))
