import { parseAssignment, parseExpression } from '../breakpoints/expression.ts';
import { exactText } from '../breakpoints/sentences.ts';
import { isRefusal } from '../core/part.ts';
import { frozenPlaces, stepsSet } from '../run/facts.ts';
import { Declined, wireError } from '../thread/shared.ts';
import { rowAnswer } from '../thread/wire/mirror.ts';
import type { Abilities, Ability, Facts } from '../wire/facts.ts';
import type { Calls, FromChild, ScopeName, ToChild, VariableView } from '../wire/protocol.ts';
import type { Position, RunInfo, Stop } from '../wire/run.ts';
import { entryOf, type Recording, recordedScope } from './recording.ts';

/** What time can be scrubbed with, and what can be read on the way. */
const ABLE: ReadonlySet<Ability> = new Set<Ability>(['back', 'goTo', 'evaluate']);
const ABILITIES: readonly Ability[] = [
  'stepUpdate',
  'stepPhase',
  'stepSweep',
  'continue',
  'pause',
  'back',
  'goTo',
  'editOrdering',
  'editStepSize',
  'editFrozen',
  'editValue',
  'editParameter',
  'fork',
  'replay',
  'evaluate',
  'conditions',
  'breakpoints',
];

/** In the place of a value. */
const NOT_RECORDED = 'not recorded';

/** A recorded run that is only looked at: it answers the calls of a solver from the file, and computes nothing. */
export class RecordedRun {
  readonly info: RunInfo;
  readonly #recording: Recording;
  readonly #send: (message: FromChild) => void;
  /** One sentence: why nothing is computed. */
  readonly #why: string;
  #k: number;

  /** Stands at the end of what was recorded. */
  constructor(recording: Recording, why: string, send: (message: FromChild) => void) {
    this.#recording = recording;
    this.#send = send;
    this.#why = why;
    this.#k = recording.rows.end;
    const abilities = Object.fromEntries(
      ABILITIES.map(ability => [ability, ABLE.has(ability) || why]),
    ) as Abilities;
    const { info } = recording.header;
    this.info = { ...info, abilities, notes: [...info.notes, why] };
  }

  receive(message: ToChild): void {
    const { id } = message;
    try {
      this.#send({ reply: id, ok: true, result: this.#answer(message) });
    } catch (error) {
      this.#send({ reply: id, ok: false, error: wireError(error) });
    }
  }

  #answer(message: ToChild): unknown {
    const { rows } = this.#recording;
    switch (message.call) {
      case 'position':
        return { position: this.#position(), facts: this.#facts(), running: false };
      case 'metrics':
      case 'series':
        return rowAnswer(rows, message);
      case 'goTo':
        return this.#goTo(message.params.k);
      case 'reverse':
        return this.#goTo(0);
      case 'evaluate':
        return this.#evaluate(message.params.expression);
      case 'variables':
        return { variables: this.#variables(message.params.scope) };
      case 'setBreakpoints':
        return {
          statuses: message.params.breakpoints.map(({ id }) => ({
            id,
            verified: false,
            message: this.#why,
          })),
        };
      case 'pause':
        throw new Declined('state', 'The run is not running.');
      case 'entry':
        return this.#entry();
      case 'resume':
      case 'edit':
      case 'interrupt':
      case 'restore':
        throw new Declined('refused', this.#why);
      default:
        throw new Declined('unknown', `There is no call "${message.call}".`);
    }
  }

  /** What was recorded of x₀, told behind the answer. */
  #entry(): Calls['entry']['result'] {
    const run = this.#k > 0 ? {} : entryOf(this.#recording);
    setImmediate(() => this.#send({ event: 'entry', body: { done: true, block: {}, run } }));
    return {};
  }

  #goTo(k: number): Calls['goTo']['result'] {
    const { end } = this.#recording.rows;
    if (!Number.isInteger(k) || k < 0 || k > end)
      throw new Declined(
        'refused',
        `k: "${k}" is not a recorded step; accepted: a whole number from 0 to ${end}`,
      );
    this.#k = k;
    const position = this.#position();
    const stop: Stop = {
      reason: 'goto',
      position,
      facts: this.#facts(),
      text: '',
      finding: null,
      breakpoints: [],
    };
    // The stop follows the answer, as with a run that goes there.
    setImmediate(() => {
      this.#send({ event: 'running', body: {} });
      this.#send({ event: 'stopped', body: stop });
    });
    return { position };
  }

  #position(): Position {
    const { rows, header } = this.#recording;
    const k = this.#k;
    const next = rows.batch('live', k, 1);
    const last = k > 0 ? rows.batch('live', k - 1, 1) : null;
    const sweep = next?.sweep[0] ?? last?.sweep[0] ?? 1;
    const { ordering } = this.#facts();
    const moving = Array.from(next?.block ?? [], place => header.info.blocks[place]?.name ?? '');
    return {
      k,
      sweep,
      place: k - rows.firstOfSweep(sweep, k),
      block: moving[0] ?? '',
      blocks: moving,
      phase: 'order',
      ordering: ordering.name,
      pendingOrdering: ordering.pending,
      end: rows.end,
    };
  }

  #facts(): Facts {
    const { header, edits, branches } = this.#recording;
    const { blocks, ordering } = header.info;
    const frozen = new Uint8Array(blocks.length);
    const stepOverride = new Float64Array(blocks.length).fill(Number.NaN);
    let held: { name: string; since: number; pending: string | null } = {
      name: ordering,
      since: 0,
      pending: null,
    };
    for (const { edit, k } of edits) {
      if (edit.k > this.#k) continue;
      if (edit.kind === 'ordering') {
        held =
          k !== null && k <= this.#k
            ? { name: edit.ordering, since: k, pending: null }
            : { ...held, pending: edit.ordering };
      }
      const place = 'block' in edit ? blocks.findIndex(({ name }) => name === edit.block) : -1;
      if (edit.kind === 'frozen') frozen[place] = edit.value ? 1 : 0;
      if (edit.kind === 'stepSize') {
        if (place < 0) stepOverride.fill(edit.value ?? Number.NaN);
        else stepOverride[place] = edit.value ?? Number.NaN;
      }
    }
    return {
      frozen: frozenPlaces(frozen),
      ordering: held,
      stepOverride: stepsSet(stepOverride),
      edits,
      branches,
    };
  }

  #scope() {
    const { frozen } = this.#facts();
    return recordedScope(this.#recording, { ...this.#position(), frozen });
  }

  #evaluate(expression: string): Calls['evaluate']['result'] {
    const scope = this.#scope();
    if (parseAssignment(expression, scope, scope) !== null)
      throw new Declined('refused', this.#why);
    const compiled = parseExpression(expression, scope);
    if (isRefusal(compiled)) throw new Declined('refused', compiled.refusal);
    return { value: exactText(compiled.read(scope)), type: compiled.type, edited: false };
  }

  /** The metrics as they last stood, in words where they never did; x was not recorded. */
  #variables(scope: ScopeName): readonly VariableView[] {
    const at = this.#scope();
    const { metrics, parameters, method, step, seed } = this.info;
    const { block } = this.#position();
    const view = (name: string, value: number | string | boolean): VariableView => ({
      name,
      value: exactText(value),
      type: typeof value === 'number' ? 'number' : 'name',
    });
    const metric = (name: string): VariableView => {
      try {
        return { ...view(name, at.metric(name)), expression: name };
      } catch (error) {
        if (error instanceof Declined) return view(name, NOT_RECORDED);
        throw error;
      }
    };
    const of = (which: 'block' | 'run', cost: 'block' | 'sweep') =>
      metrics
        .filter(info => info.of === which && info.cost === cost)
        .map(({ name }) => metric(name));
    switch (scope) {
      case 'Block':
        return [
          view('block', block || NOT_RECORDED),
          ...of('block', 'block'),
          view('frozen', block === '' ? NOT_RECORDED : at.isFrozen(block)),
        ];
      case 'Sweep':
        return [
          view('sweep', at.sweep),
          view('ordering', at.ordering),
          ...of('block', 'sweep'),
          ...of('run', 'sweep'),
        ];
      case 'Run':
        return [view('k', at.k), view('end', this.#recording.rows.end), ...of('run', 'block')];
      case 'Parameters':
        return [
          view('method', method),
          view('step', step),
          view('seed', seed),
          ...Object.entries(parameters).map(([name, value]) => view(name, value)),
        ];
    }
  }
}
