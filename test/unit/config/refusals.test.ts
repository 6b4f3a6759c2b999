import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Raw, refusalOf } from './fixture.ts';

describe('a refusal names the attribute, the value, what is wrong and what is accepted', () => {
  const cases: readonly (readonly [Raw, string])[] = [
    [
      { problem: 'laso' },
      'problem: "laso" is not a known problem, the nearest is lasso; accepted: lasso, quadratic, or the path of a problem module (.ts, .js)',
    ],
    [
      { problem: undefined },
      'problem: "" is missing; accepted: lasso, quadratic, or the path of a problem module (.ts, .js)',
    ],
    [
      { problem: 7 },
      'problem: "7" must be a name or a path; accepted: lasso, quadratic, or the path of a problem module (.ts, .js)',
    ],
    [
      { metod: 'pccd' },
      'metod: "pccd" is not an attribute of a configuration, the nearest is method; accepted: problem, data, target, start, problemOptions, blocks, method, methodOptions, ordering, orderingOptions, step, stepOptions, diagnostics, findings, seed, backend, stopOnEntry, stopWhen, trace, cwd',
    ],
    [
      { method: 'pcd' },
      'method: "pcd" is not a known method, the nearest is pccd; accepted: pccd, acoder',
    ],
    [
      { ordering: 'Cyclic ' },
      'ordering: "Cyclic " is not a known ordering, the nearest is cyclic; accepted: cyclic, random, custom',
    ],
    [
      { step: 'fixd' },
      'step: "fixd" is not a known step rule, the nearest is fixed; accepted: lipschitz, fixed',
    ],
    [{ step: 3 }, 'step: "3" must be a name; accepted: lipschitz, fixed'],
    [
      { diagnostics: ['objective', 'gradnorm'] },
      'diagnostics: "gradnorm" is not a known metric, the nearest is gradNorm; accepted: objective, gradNorm, gap, certificate',
    ],
    [
      { diagnostics: 'gap' },
      'diagnostics: "gap" must be a list of metrics; accepted: a list of objective, gradNorm, gap, certificate',
    ],
    [
      { problemOptions: { lamda: 1 } },
      'problemOptions.lamda: "1" is not an option of lasso, the nearest is lambda; accepted: lambda, intercept, l1Ratio',
    ],
    [
      { methodOptions: { eta: 1 } },
      'methodOptions.eta: "1" is not an option of pccd, which has none; accepted: no methodOptions',
    ],
    [
      { problemOptions: { lambda: '0.1' } },
      'problemOptions.lambda: "0.1" is not a penalty strength; accepted: a number of at least 0, or a fraction of the maximum such as "0.1*max"',
    ],
    [
      { problemOptions: { lambda: -1 } },
      'problemOptions.lambda: "-1" is too small; accepted: a number of at least 0, or a fraction of the maximum such as "0.1*max"',
    ],
    [
      { problemOptions: { intercept: 'yes' } },
      'problemOptions.intercept: "yes" must be true or false; accepted: true, false',
    ],
    [
      { problemOptions: { l1Ratio: 2 } },
      'problemOptions.l1Ratio: "2" is too large; accepted: a number from 0 to 1',
    ],
    [
      { problemOptions: 3 },
      'problemOptions: "3" must be an object of options; accepted: { "option": value, … }',
    ],
    [
      { method: 'acoder', methodOptions: { L: 0 } },
      'methodOptions.L: "0" is too small; accepted: auto, or a number above 0',
    ],
    [
      { ordering: 'custom', orderingOptions: { order: 'bmi' } },
      'orderingOptions.order: "bmi" must be a list of block names; accepted: a list of block names, such as ["bmi", "bp"]',
    ],
    [
      { step: 'fixed', stepOptions: { size: 0 } },
      'stepOptions.size: "0" is too small; accepted: a number above 0',
    ],
    [
      { start: 'zeroes' },
      'start: "zeroes" is not a starting point; accepted: zeros, ones, random, or the path of a .json file of block → values',
    ],
    [
      { blocks: { size: 0 } },
      'blocks.size: "0" is too small; accepted: a whole number of at least 1',
    ],
    [
      { blocks: { size: 2, groups: {} } },
      'blocks: "{"size":2,"groups":{}}" is not a way to group columns into blocks; accepted: coordinates, natural, { "size": 10 }, { "groups": { "name": ["column", …] } }',
    ],
    [
      { blocks: { groups: { a: [] } } },
      'blocks.groups.a: "[]" must be a list of columns; accepted: ["column", …]',
    ],
    [{ seed: 1.5 }, 'seed: "1.5" must be a whole number; accepted: a whole number of at least 0'],
    [
      { seed: 2 ** 53 },
      'seed: "9007199254740992" is beyond 2^53, where not every whole number can be represented; accepted: a whole number of at least 0',
    ],
    [
      { problemOptions: { lambda: '1e400*max' } },
      'problemOptions.lambda: "1e400*max" must have a finite fraction; accepted: a number of at least 0, or a fraction of the maximum such as "0.1*max"',
    ],
    [
      { problem: 'quadratic', problemOptions: { matrix: 'H.csv', size: 3 } },
      'problemOptions.size: "3" is not used where problemOptions.matrix is given; accepted: no size, or no matrix',
    ],
    [
      {
        problem: 'quadratic',
        step: 'fixed',
        stepOptions: { size: 1 },
        problemOptions: { delta: 1 },
      },
      'problemOptions.delta: "1" is not used where step is fixed; accepted: no delta, or another step',
    ],
    [
      { diagnostics: ['gap', 'gap'] },
      'diagnostics: "gap" is listed twice; accepted: each metric once',
    ],
    [
      { findings: { stal: false } },
      'findings.stal: "false" is not a finding, the nearest is stall; accepted: stall, nonfinite',
    ],
    [
      { findings: { stall: { los: 1 } } },
      'findings.stall.los: "1" is not a threshold of stall, the nearest is loss; accepted: loss',
    ],
    [
      { findings: { stall: { loss: 2 } } },
      'findings.stall.loss: "2" is too large; accepted: a number of at most 1',
    ],
    [
      { findings: { nonfinite: false } },
      'findings.nonfinite: "false" cannot be switched off: it ends the run; accepted: true',
    ],
    [
      { findings: { stall: 3 } },
      'findings.stall: "3" must be true, false or thresholds; accepted: true, false, { "loss": 0.02 }',
    ],
    [{ seed: '1' }, 'seed: "1" must be a number; accepted: a whole number of at least 0'],
    [{ backend: 'cuda' }, 'backend: "cuda" is not a backend; accepted: auto, js, wasm, gpu'],
    [{ stopOnEntry: 1 }, 'stopOnEntry: "1" must be true or false; accepted: true, false'],
    [
      { stopWhen: { sweep: 3 } },
      'stopWhen.sweep: "3" is not a criterion, the nearest is sweeps; accepted: gap, relativeGap, stationarity, relativeStationarity, objective, steps, sweeps, seconds',
    ],
    [
      { stopWhen: { sweeps: 0.5 } },
      'stopWhen.sweeps: "0.5" must be a whole number; accepted: a whole number of at least 1',
    ],
    [
      { stopWhen: 5 },
      'stopWhen: "5" must be an object of criteria; accepted: { "sweeps": 1000, … } of gap, relativeGap, stationarity, relativeStationarity, objective, steps, sweeps, seconds',
    ],
    [
      { data: '' },
      'data: "" must be a non-empty string; accepted: a path (csv, libsvm, npy, npz), or diabetes, breastCancer, digits',
    ],
    [
      { problem: 'quadratic', data: 'a.csv' },
      'data: "a.csv" is not used by quadratic, which takes no data; accepted: no data',
    ],
    [
      { problem: 'quadratic', problemOptions: { family: 'x' } },
      'problemOptions.family: "x" is not one of the choices; accepted: sunYe, given',
    ],
    [
      { problem: 'p.ts', data: 'a.csv' },
      'data: "a.csv" is not used by a problem module; accepted: no data',
    ],
    [
      { problem: 'p.ts', blocks: 'coordinates' },
      'blocks: "coordinates" is not used by a problem module, which names its own; accepted: natural',
    ],
    [
      { problem: 'p.ts', problemOptions: { lambda: 1 } },
      'problemOptions.lambda: "1" is not an option of a problem module, which has none; accepted: no problemOptions',
    ],
    [
      { method: 'acoder', ordering: 'random' },
      'ordering: "random" does not visit each block exactly once a sweep, which acoder needs; accepted: cyclic',
    ],
    [
      { method: 'acoder', step: 'fixed' },
      'step: "fixed" is not a step rule that acoder takes; accepted: lipschitz',
    ],
    [
      { method: 'acoder', diagnostics: ['certificate'] },
      'diagnostics: "certificate" is not offered by acoder; accepted: objective, gradNorm, gap',
    ],
    [
      { problem: 'quadratic', diagnostics: ['gap'] },
      'diagnostics: "gap" is not known for quadratic; accepted: objective, gradNorm, certificate',
    ],
    [
      { problem: 'p.ts', stopWhen: { gap: 1 } },
      'stopWhen.gap: "1" needs a duality gap, which a problem module does not have; accepted: stationarity, relativeStationarity, objective, steps, sweeps, seconds',
    ],
    [
      { data: 'train-images-idx3-ubyte' },
      'data: "train-images-idx3-ubyte" is an idx file, which cannot be read yet; accepted: csv with a header, libsvm text, npy, npz',
    ],
  ];
  for (const [attributes, refusal] of cases) {
    test(refusal.split(';')[0]!, () => {
      assert.equal(refusalOf(attributes), refusal);
    });
  }
});
