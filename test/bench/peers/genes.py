"""Gene expression of 128 leukaemias (Chiaretti et al. 2004) out of Debian's package r-bioc-all, without R."""

import glob
import os
import subprocess
import warnings

import numpy as np

inside = "usr/lib/R/site-library/ALL/data/ALL.rda"
shape = (12_625, 128)


class NotThere(Exception):
    """Says what could not be had, why, and what to do."""


def genes(folder):
    """X (128, 12,625) and which samples are of B cells."""
    try:
        import rdata
    except ImportError:
        raise NotThere("Gene expression: the package rdata is not installed, which reads R's file; pip install it into test/bench/.venv")
    warnings.simplefilter("ignore")
    objects = list(walk(rdata.parser.parse_file(file(folder)).object, set()))
    expression = next(o.value for o in objects if size(o) == shape[0] * shape[1])
    factors = (o for o in objects if size(o) == shape[1] and "B" in levels(o) and "T" in levels(o))
    cells = next(factors)
    of = levels(cells)
    is_b = np.array([of[int(code) - 1].startswith("B") for code in cells.value])
    return expression.reshape(shape, order="F").T.astype(float), is_b


def file(folder):
    """The package's data file: installed, unpacked before, or downloaded now."""
    for place in (f"/{inside}", f"{folder}/{inside}"):
        if os.path.exists(place):
            return place
    reason = "apt-get or dpkg is not there"
    try:
        if not glob.glob(f"{folder}/r-bioc-all_*.deb"):
            subprocess.run(["apt-get", "download", "r-bioc-all"], **quiet(folder))
        package = glob.glob(f"{folder}/r-bioc-all_*.deb")[0]
        subprocess.run(["dpkg", "-x", package, folder], **quiet(folder))
        return f"{folder}/{inside}"
    except subprocess.CalledProcessError as error:
        reason = (error.stderr.strip().splitlines() or ["no reason given"])[-1]
    except (OSError, IndexError):
        pass
    raise NotThere(f"Gene expression: Debian's package r-bioc-all cannot be had ({reason}); put its .deb into {folder}")


def quiet(folder):
    return {"cwd": folder, "check": True, "capture_output": True, "text": True}


def size(o):
    return o.value.size if isinstance(o.value, np.ndarray) else 0


def levels(o):
    """The levels of a factor; none of anything else."""
    node = o.attributes
    while node is not None and isinstance(node.value, (list, tuple)) and len(node.value) == 2:
        words = node.value[0].value
        if isinstance(words, list) and all(isinstance(getattr(w, "value", None), bytes) for w in words):
            if words[0].value != b"factor":
                return [word.value.decode() for word in words]
        node = node.value[1]
    return []


def walk(o, seen):
    """Every object inside of one that R wrote, each once."""
    waiting = [o]
    while waiting:
        o = waiting.pop()
        if o is None or id(o) in seen or not hasattr(o, "info"):
            continue
        seen.add(id(o))
        yield o
        v = o.value
        if isinstance(v, (list, tuple)):
            waiting.extend(v)
        elif not isinstance(v, (np.ndarray, bytes)):
            waiting.extend(getattr(v, part, None) for part in ("frame", "hash_table", "value"))
        waiting.append(o.attributes)
