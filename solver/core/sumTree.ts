/**
 * A sum over m leaves, kept as a binary tree: changing a leaf costs log₂ m additions, and the sum is a function of the
 * leaves alone, whatever the order in which they changed, so that a value read after a replay has the same bits.
 */
export class SumTree {
  readonly #half: number;
  readonly #nodes: Float64Array;

  constructor(leaves: number) {
    this.#half = 2 ** Math.ceil(Math.log2(Math.max(1, leaves)));
    this.#nodes = new Float64Array(2 * this.#half);
  }

  set(leaf: number, value: number): void {
    const nodes = this.#nodes;
    let at = this.#half + leaf;
    nodes[at] = value;
    while (at > 1) {
      at >>= 1;
      nodes[at] = (nodes[2 * at] as number) + (nodes[2 * at + 1] as number);
    }
  }

  get sum(): number {
    return this.#nodes[1] as number;
  }
}
