/** One question of a series. `ask` returns the state with the answer in it, or where to go instead. */
export interface Step<S> {
  /** Is the question asked at all, given the answers so far? */
  readonly applies: (state: S) => boolean;
  readonly ask: (state: S, place: readonly [number, number]) => Promise<S | 'back' | 'closed'>;
}

/**
 * Asks the questions that apply, one after the other, with a way back. Each question starts from the answers before it,
 * so that going back and choosing otherwise leaves nothing of the first choice. Null when the person closed it.
 */
export async function askAll<S>(first: S, steps: readonly Step<S>[]): Promise<S | null> {
  const asked: { readonly index: number; readonly state: S }[] = [];
  let index = 0;
  let state = first;
  while (true) {
    while (index < steps.length && !steps[index]!.applies(state)) index++;
    if (index === steps.length) return state;
    const left = steps.slice(index).filter(step => step.applies(state)).length;
    const answer = await steps[index]!.ask(state, [asked.length + 1, asked.length + left]);
    if (answer === 'closed') return null;
    if (answer === 'back') {
      const before = asked.pop();
      if (before === undefined) return null;
      ({ index, state } = before);
    } else {
      asked.push({ index, state });
      state = answer;
      index++;
    }
  }
}
