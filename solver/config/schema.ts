import type { FindingPart } from '../core/diagnostic.ts';
import type { OptionSpec, PartMeta } from '../core/part.ts';
import { type AttributeName, attributes, criteria } from './attributes.ts';
import type { Catalog } from './catalog.ts';
import { namesOf } from './names.ts';
import { BACKENDS, limitRange } from './values.ts';

type Schema = Readonly<Record<string, unknown>>;

/**
 * JSON schema of a launch configuration, for `configurationAttributes.launch`: every attribute described, typed and
 * defaulted, the names of parts offered, and the options of the part that is named checked. VS Code adds its own attributes.
 */
export function launchSchema(catalog: Catalog): Schema {
  const typed = typesOf(catalog);
  return {
    required: ['problem'],
    properties: Object.fromEntries(
      Object.entries(attributes).map(([name, { description, default: value }]) => [
        name,
        {
          markdownDescription: description,
          ...typed[name as AttributeName],
          ...(value === null ? {} : { default: value }),
        },
      ]),
    ),
    allOf: [
      ...optionRules('problem', catalog.problems, null),
      ...optionRules('method', catalog.methods, attributes.method.default),
      ...optionRules('ordering', catalog.orderings, attributes.ordering.default),
      ...optionRules('step', catalog.steps, attributes.step.default),
    ],
  };
}

function typesOf(catalog: Catalog): Readonly<Record<AttributeName, Schema>> {
  const path = { type: 'string', minLength: 1 };
  const options = { type: 'object' };
  return {
    problem: {
      anyOf: [named(catalog.problems), { type: 'string', pattern: '\\.[cm]?[jt]s$' }],
      errorMessage: 'Neither a built-in problem nor the path of a problem module (.ts, .js).',
    },
    data: { ...path, anyOf: [{ enum: ['diabetes', 'breastCancer', 'digits'] }, {}] },
    target: path,
    start: {
      type: 'string',
      anyOf: [{ enum: ['zeros', 'ones', 'random'] }, { pattern: '\\.json$' }],
    },
    problemOptions: options,
    blocks: blocksSchema(),
    method: named(catalog.methods),
    methodOptions: options,
    ordering: named(catalog.orderings),
    orderingOptions: options,
    step: named(catalog.steps),
    stepOptions: options,
    diagnostics: { type: 'array', uniqueItems: true, items: named(catalog.diagnostics) },
    findings: {
      type: 'object',
      additionalProperties: false,
      properties: Object.fromEntries(
        catalog.findings.map(part => [part.name, findingSchema(part)]),
      ),
    },
    seed: { type: 'integer', minimum: 0 },
    backend: { type: 'string', enum: BACKENDS },
    stopOnEntry: { type: 'boolean' },
    stopWhen: {
      type: 'object',
      additionalProperties: false,
      properties: Object.fromEntries(
        Object.entries(criteria).map(([name, description]) => [
          name,
          { description, ...limitRange(name) },
        ]),
      ),
    },
    trace: path,
    cwd: path,
  };
}

/** Off, on, or with these thresholds. */
function findingSchema({ title, summary, options, always }: FindingPart): Schema {
  const thresholds = Object.entries(options).map(([name, spec]) => [name, optionSchema(spec)]);
  return {
    description: `${title}: ${summary}`,
    anyOf: [
      { enum: always === null ? [true, false] : [true] },
      {
        type: 'object',
        additionalProperties: false,
        properties: Object.fromEntries(thresholds),
      },
    ],
  };
}

/** The names of parts, each with its summary. */
function named(parts: readonly PartMeta[]): Schema {
  return {
    type: 'string',
    enum: namesOf(parts),
    enumDescriptions: parts.map(({ title, summary }) => `${title}: ${summary}`),
  };
}

function blocksSchema(): Schema {
  const columns = { type: 'array', minItems: 1, items: { type: 'string', minLength: 1 } };
  const form = (name: string, schema: Schema): Schema => ({
    type: 'object',
    required: [name],
    additionalProperties: false,
    properties: { [name]: schema },
  });
  return {
    anyOf: [
      { type: 'string', enum: ['natural', 'coordinates'] },
      form('size', { type: 'integer', minimum: 1 }),
      form('groups', { type: 'object', minProperties: 1, additionalProperties: columns }),
    ],
  };
}

/** If `attribute` names this part (or names none, and this is the default), its options are these. */
function optionRules(
  attribute: string,
  parts: readonly PartMeta[],
  byDefault: string | null,
): Schema[] {
  return parts.map(({ name, options }) => ({
    if: {
      properties: { [attribute]: { const: name } },
      ...(name === byDefault ? {} : { required: [attribute] }),
    },
    // biome-ignore lint/suspicious/noThenProperty: JSON schema's own word.
    then: {
      properties: {
        [`${attribute}Options`]: {
          type: 'object',
          additionalProperties: false,
          properties: Object.fromEntries(
            Object.entries(options).map(([option, spec]) => [option, optionSchema(spec)]),
          ),
        },
      },
    },
  }));
}

function optionSchema(spec: OptionSpec): Schema {
  const { description, default: value } = spec;
  return { description, ...(value === null ? {} : { default: value }), ...typeOf(spec) };
}

const NAMES: Schema = { type: 'array', minItems: 1, items: { type: 'string', minLength: 1 } };

function typeOf(spec: OptionSpec): Schema {
  switch (spec.type) {
    case 'number':
    case 'integer': {
      const { type, minimum, exclusiveMinimum, maximum } = spec;
      return { type, minimum, exclusiveMinimum, maximum };
    }
    case 'boolean':
      return { type: 'boolean' };
    case 'choice':
      return { type: 'string', enum: spec.values };
    case 'lambda':
      return {
        anyOf: [
          { type: 'number', minimum: 0 },
          {
            type: 'string',
            pattern: '^\\s*(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?\\s*\\*\\s*[mM][aA][xX]\\s*$',
          },
        ],
      };
    case 'numberOrAuto': {
      const { minimum, exclusiveMinimum } = spec;
      return { anyOf: [{ enum: ['auto'] }, { type: 'number', minimum, exclusiveMinimum }] };
    }
    case 'path':
      return { type: 'string', minLength: 1 };
    case 'names':
      return NAMES;
    case 'nameLists':
      return { type: 'array', minItems: 1, items: NAMES };
  }
}
