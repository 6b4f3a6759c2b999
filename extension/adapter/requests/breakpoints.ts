import type { DebugProtocol } from '@vscode/debugprotocol';
import { printable } from '../../../solver/core/words.ts';
import type { RunInfo } from '../../../solver/wire/run.ts';
import * as say from '../../errors.ts';
import type { Adapter, Requests } from '../adapter.ts';
import type { Args } from '../args-and-references.ts';
import type { AskedBreakpoint, Resolved } from '../breakpoint-store.ts';
import { exceptionFilters, parseDataId } from '../capabilities.ts';
import { nearestPlaces, placesIn, plainPath, sourceKind } from '../places.ts';

export const breakpoints: Requests = {
  async setBreakpoints(adapter, args) {
    const source = sourceOf(args.object('source'));
    const group = source.sourceReference
      ? `reference ${source.sourceReference}`
      : `path ${plainPath(source.path ?? '')}`;
    const asked = args.list('breakpoints').map((breakpoint): AskedBreakpoint => {
      const line = adapter.client.fromLine(breakpoint.integer('line', 0));
      const given = breakpoint.optionalInteger('column', 0);
      const column = given === undefined ? undefined : adapter.client.fromColumn(given) + 1;
      return {
        ...conditions(breakpoint),
        key: JSON.stringify([
          line,
          column,
          breakpoint.raw['condition'],
          breakpoint.raw['hitCondition'],
        ]),
        source,
        line,
        resolve: info => atLine(adapter, info, source, line, column),
      };
    });
    return { breakpoints: await adapter.breakpoints.replace(adapter, group, asked) };
  },

  async setFunctionBreakpoints(adapter, args) {
    const asked = args.list('breakpoints').map((breakpoint): AskedBreakpoint => {
      const name = breakpoint.text('name');
      return {
        ...conditions(breakpoint),
        key: name,
        resolve: info => byName(info, name),
      };
    });
    return { breakpoints: await adapter.breakpoints.replace(adapter, 'functions', asked) };
  },

  async setDataBreakpoints(adapter, args) {
    const asked = args.list('breakpoints').map((breakpoint): AskedBreakpoint => {
      const id = breakpoint.text('dataId');
      const metric = parseDataId(id);
      return {
        ...conditions(breakpoint),
        key: id,
        resolve: () =>
          metric === null ? { message: say.badDataId(id) } : { ats: [{ kind: 'data', ...metric }] },
      };
    });
    return { breakpoints: await adapter.breakpoints.replace(adapter, 'data', asked) };
  },

  async setExceptionBreakpoints(adapter, args) {
    const plain = args.texts('filters').map(filter => ({ filter, condition: undefined }));
    const options = args
      .list('filterOptions')
      .map(o => ({ filter: o.text('filterId'), condition: o.optionalText('condition') }));
    const asked = [...plain, ...options].map(
      ({ filter, condition }): AskedBreakpoint => ({
        key: filter,
        condition,
        resolve: () => atFinding(filter),
      }),
    );
    return { breakpoints: await adapter.breakpoints.replace(adapter, 'exceptions', asked) };
  },

  /** The lines within a range of a source that a run can stop at. */
  breakpointLocations(adapter, args) {
    const { info } = adapter.loaded();
    const source = sourceOf(args.object('source'));
    const first = adapter.client.fromLine(args.integer('line', 0));
    const end = args.optionalInteger('endLine', 0);
    const last = end === undefined ? first : adapter.client.fromLine(end);
    const kind = sourceKind(adapter, info, source);
    const places = kind === null ? [] : placesIn(info, kind, source.path);
    return {
      breakpoints: places
        .filter(({ line }) => line >= first && line <= last)
        .map(({ line, column }) => ({
          line: adapter.client.toLine(line),
          ...(column === undefined ? {} : { column: adapter.client.toColumn(column - 1) }),
        })),
    };
  },
};

/** The fields that identify a source. */
export function sourceOf(args: Args): DebugProtocol.Source {
  const [name, path] = [args.optionalText('name'), args.optionalText('path')];
  const reference = args.optionalInteger('sourceReference', 0);
  return {
    ...(name === undefined ? {} : { name }),
    ...(path === undefined ? {} : { path }),
    ...(reference === undefined || reference === 0 ? {} : { sourceReference: reference }),
  };
}

function conditions(
  args: Args,
): Pick<AskedBreakpoint, 'condition' | 'hitCondition' | 'logMessage'> {
  return {
    condition: args.optionalText('condition'),
    hitCondition: args.optionalText('hitCondition'),
    logMessage: args.optionalText('logMessage'),
  };
}

/** The nearest line that a run can stop at. In a module, only lines with or just below block declarations. */
function atLine(
  adapter: Adapter,
  info: RunInfo,
  source: DebugProtocol.Source,
  line: number,
  column: number | undefined,
): Resolved {
  const kind = sourceKind(adapter, info, source);
  if (kind === null) return { message: say.otherSource() };
  const places = placesIn(info, kind, source.path);
  const near = nearestPlaces(places, line, column);
  const place = near[0] && { ats: near.map(({ at }) => at), line: near[0].line };
  const last = info.listing.lines.length;
  if (kind === 'listing') {
    if (line < 1 || line > last) return { message: say.lineBeyondListing(line, last) };
    return place ?? { message: say.nothingToStopAt() };
  }
  const within = places.length > 0 && line >= places[0]!.line && line <= places.at(-1)!.line;
  if (within && place !== undefined) return place;
  const blocks = places.map(
    ({ line, at }) => `${line} (${at.kind === 'block' ? printable(at.block) : ''})`,
  );
  return { message: say.lineWithoutBlock(line, blocks) };
}

/** `sweep`, unless a block has that name; else a block, which the solver looks for. */
function byName(info: RunInfo, name: string): Resolved {
  const isBlock = info.blocks.some(block => block.name === name);
  if (name === 'sweep' && !isBlock) return { ats: [{ kind: 'sweep', function: true }] };
  return { ats: [{ kind: 'block', block: name, function: true }] };
}

function atFinding(name: string): Resolved {
  const known = exceptionFilters.find(({ filter }) => filter === name);
  if (known === undefined) {
    return {
      message: say.unknownFilter(
        name,
        exceptionFilters.map(({ filter }) => filter),
      ),
    };
  }
  return { ats: [{ kind: 'finding', finding: known.filter }] };
}
