"""Opens a trace with pyarrow, says what it holds, and checks what docs/trace.md promises. Fails with a sentence.

    python -m venv .venv && .venv/bin/pip install pyarrow pandas polars duckdb
    .venv/bin/python test/oracle/read_trace.py run.arrow

A file that a killed run left is read up to its last whole batch. pandas, polars and DuckDB are looked at where they
are installed. `npm test` does not need this.
"""

import json
import sys

import pyarrow as pa
import pyarrow.compute as pc


def batches(path):
    """The whole batches of a stream, and whether its end was there."""
    source = pa.memory_map(path)
    reader = pa.ipc.open_stream(source)
    whole = []
    try:
        for batch in reader:
            whole.append(batch)
    except (pa.ArrowInvalid, OSError):
        return reader.schema, whole, False
    # pyarrow takes the end of the file between two messages for the end of the stream: look at its last bytes.
    tail = source.size() >= 8 and source.read_at(8, source.size() - 8)
    return reader.schema, whole, tail == b"\xff\xff\xff\xff\0\0\0\0"


def check(condition, sentence):
    if not condition:
        sys.exit(f"{sys.argv[1]}: {sentence}")


def main(path):
    schema, whole, ended = batches(path)
    table = pa.Table.from_batches(whole, schema)
    table.validate(full=True)
    metadata = {key.decode(): value.decode() for key, value in (schema.metadata or {}).items()}
    check(metadata.get("blockstep:format") == "1", "is not a trace of format 1")
    part = {
        key: json.loads(metadata[f"blockstep:{key}"])
        for key in ("build", "recipe", "inputs", "info", "entry")
    }
    check(
        part["recipe"]["backend"] == part["info"]["backend"],
        f"was computed by {part['info']['backend']}, not by its recipe's backend",
    )
    metrics = part["info"]["metrics"]
    names = [metric["name"] for metric in metrics]
    check(set(part["entry"]) <= {"objective"} & set(names), f"has {part['entry']} at x0")
    blocks = [block["name"] for block in part["info"]["blocks"]]
    in_order = [m["name"] for cost in ("block", "sweep") for m in metrics if m["cost"] == cost]
    check(
        schema.names == ["kind", "k", "sweep", "block", *in_order, "text", "payload"],
        f"has the columns {schema.names}",
    )
    for name in ["k", *names]:
        check(schema.field(name).type == pa.float64(), f"{name} is not float64")

    rows = {kind: table.filter(pc.equal(table["kind"], kind)) for kind in ("step", "edit", "finding")}
    check(sum(map(len, rows.values())) == len(table), "has rows of an unknown kind")
    steps = rows["step"]
    for name in ["sweep", "block", *[m["name"] for m in metrics if m["cost"] == "block"]]:
        check(steps[name].null_count == 0, f"{name} is missing on a step")
    check(set(steps["block"].unique().to_pylist()) <= set(blocks), "names a block that the run does not have")
    for kind in ("edit", "finding"):
        for text, payload in zip(rows[kind]["text"].to_pylist(), rows[kind]["payload"].to_pylist()):
            check(bool(text) and isinstance(json.loads(payload), dict), f"has {kind} without a payload")

    # Steps follow one another; only an edit leads back.
    end = 0.0
    for kind, k in zip(table["kind"].to_pylist(), table["k"].to_pylist()):
        if kind == "edit":
            check(k <= end, f"has an edit at step {k:g} before that step")
            end = k
        elif kind == "step":
            check(k in (end, end + 1), f"goes from step {end:g} to {k:g}")
            end = k

    build = part["build"]
    print(f"{path}: {len(whole)} batches, {len(table)} rows, {'whole' if ended else 'cut off'}")
    print(f"  Blockstep {build['version']}, Node {build['node']}, V8 {build['v8']}")
    print(f"  recipe {json.dumps(part['recipe'])[:160]}")
    print(f"  at x0: {', '.join(f'{name} {value!r}' for name, value in part['entry'].items()) or 'nothing'}")
    print(f"  {len(blocks)} blocks, metrics {', '.join(names)}")
    print(f"  {len(steps)} rows of steps to k = {end:g}, {len(rows['edit'])} edits, {len(rows['finding'])} findings")
    for name in names:
        column = steps[name]
        if len(column) > column.null_count:
            last = column.drop_null()[-1].as_py()
            print(f"  {name}: {len(column) - column.null_count} values, the last {last!r}")

    for other in ("pandas", "polars", "duckdb"):
        try:
            module = __import__(other)
        except ImportError:
            print(f"  {other}: not installed")
            continue
        if other == "pandas":
            shape = table.to_pandas().shape
        elif other == "polars":
            shape = module.from_arrow(table).shape
        else:
            relation = module.from_arrow(table)
            shape = (len(relation.fetchall()), len(relation.columns))
        check(shape == table.shape, f"has the shape {shape} in {other}, {table.shape} in pyarrow")
        print(f"  {other} {module.__version__}: {shape[0]} rows of {shape[1]} columns")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: read_trace.py FILE.arrow")
    main(sys.argv[1])
