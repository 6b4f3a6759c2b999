import { families } from './arguments.ts';

export const help = `blockstep: step through block-coordinate optimizers, without an editor

  blockstep run FILE [--config NAME] [--set key=value]… [--json] [--every N]
      Runs a configuration of a launch.json, or a problem module (.ts, .js).
      --config NAME     which configuration, where the file has several
      --set key=value   sets an attribute; keys may be dotted (problemOptions.lambda=0.5),
                        values are JSON or plain text
      --json            prints JSON lines: start, step, finding, end
      --every N         with --json, a line every N steps, else every N sweeps; 0: none
      --trace PATH      records the run as an Arrow stream, readable while it is written

  blockstep replay FILE [--json]
      Computes the run of a trace again, its branches too, and says whether every recorded
      bit is the same; else the first step, block and metric that differ, with both values.

  blockstep list ${families.join('|')} [--json]
      What there is: name, title, source, and what it suits.

  blockstep --help | --version

Exit code: 0 converged, budget used or replayed to the same bits; 2 refused before the run;
3 non-finite, failed or replayed to other bits.
`;
