/**
 * Places of the `count` highest finite values, ascending; of equal ones the first. In time that grows with the length:
 * quickselect on the values, then one pass.
 */
export function highest(values: Float64Array, count: number): number[] {
  const candidates: number[] = [];
  for (let i = 0; i < values.length; i++)
    if (values[i]! > Number.NEGATIVE_INFINITY) candidates.push(i);
  if (count <= 0) return [];
  if (candidates.length <= count) return candidates;
  const least = nthHighest(
    Float64Array.from(candidates, i => values[i]!),
    count,
  );
  let ties = count;
  for (const i of candidates) if (values[i]! > least) ties--;
  return candidates.filter(i => values[i]! > least || (values[i] === least && ties-- > 0));
}

/** The n-th highest of the values, n from 1, which it reorders. */
function nthHighest(values: Float64Array, n: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1]!;
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i]! > pivot) i++;
      while (values[j]! < pivot) j--;
      if (i > j) break;
      const held = values[i]!;
      values[i++] = values[j]!;
      values[j--] = held;
    }
    if (n - 1 <= j) high = j;
    else if (n - 1 >= i) low = i;
    else return pivot;
  }
  return values[low]!;
}
