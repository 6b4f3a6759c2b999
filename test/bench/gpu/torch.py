"""Times of PyTorch on its device, float32, in milliseconds: JSON of title -> list. Ends with 1 where there is no device."""
import json
import sys
import time

try:
    import torch
except ImportError:
    sys.exit(1)
if not torch.cuda.is_available():
    sys.exit(1)


def times(count, work):
    found = []
    for _ in range(count + 3):
        torch.cuda.synchronize()
        started = time.perf_counter()
        work()
        torch.cuda.synchronize()
        found.append(1e3 * (time.perf_counter() - started))
    return found[3:]


found = {}
torch.backends.cuda.matmul.allow_tf32 = False
for rows, columns in [(10_000, 1000), (20_000, 5000), (50_000, 5000)]:
    X = torch.randn(rows, columns, device="cuda")
    r = torch.randn(rows, device="cuda")
    # The result comes back, as ours does.
    found[f"{rows:,} × {columns:,}, Xᵀr"] = times(20, lambda: (X.T @ r).cpu())
    del X
for size in [1024, 2048]:
    a = torch.randn(size, size, device="cuda")
    found[f"product of two {size}²"] = times(10, lambda: a @ a)
print(json.dumps(found))
