import type { PartMeta, Refusal } from '../core/part.ts';
import { refuse } from '../core/words.ts';
import { attributes, belongsToEditor, criteria, type Raw } from './attributes.ts';
import type { Catalog } from './catalog.ts';
import { isRecord, refuseUnknown, unknownFinding, unknownOption } from './options.ts';

/** Is it the path of a problem module, rather than a built-in problem's name? */
export function isModulePath(problem: string): boolean {
  return /\.[cm]?[jt]s$/i.test(problem);
}

/** The families of parts that an attribute names, and what they are called. */
const families = [
  ['method', 'methods'],
  ['ordering', 'orderings'],
  ['step', 'steps'],
] as const;

/**
 * Refuses the first unknown name: of an attribute, a part, an option or a criterion. Values of the wrong type are left to
 * `wrongValue`.
 */
export function unknownName(raw: Raw, catalog: Catalog): Refusal | null {
  return (
    unknownAttribute(raw) ??
    unknownPart(raw, catalog) ??
    unknownOptions(raw, catalog) ??
    unknownFinding(raw['findings'], catalog.findings) ??
    unknownCriterion(raw)
  );
}

function unknownAttribute(raw: Raw): Refusal | null {
  const known = Object.keys(attributes);
  const name = Object.keys(raw).find(key => !known.includes(key) && !belongsToEditor(key));
  return name === undefined
    ? null
    : refuseUnknown(name, raw[name], 'attribute of a configuration', known, name);
}

function unknownPart(raw: Raw, catalog: Catalog): Refusal | null {
  const { problem, diagnostics } = raw;
  if (typeof problem === 'string' && !isModulePath(problem)) {
    const known = namesOf(catalog.problems);
    const also = ', or the path of a problem module (.ts, .js)';
    if (!known.includes(problem)) {
      return refuseUnknown('problem', problem, 'known problem', known, problem, also);
    }
  }
  for (const [attribute, family] of families) {
    const known = namesOf(catalog[family]);
    const value = raw[attribute];
    if (typeof value === 'string' && !known.includes(value)) {
      return refuseUnknown(attribute, value, `known ${WORDS[attribute]}`, known, value);
    }
  }
  const metrics = namesOf(catalog.diagnostics);
  const names = Array.isArray(diagnostics) ? (diagnostics as readonly unknown[]) : [];
  const unknown = names.find(name => typeof name === 'string' && !metrics.includes(name));
  return typeof unknown === 'string'
    ? refuseUnknown('diagnostics', unknown, 'known metric', metrics, unknown)
    : null;
}

const WORDS = { method: 'method', ordering: 'ordering', step: 'step rule' } as const;

function unknownOptions(raw: Raw, catalog: Catalog): Refusal | null {
  for (const [attribute, part] of optionParts(raw, catalog)) {
    const given = raw[attribute];
    if (!isRecord(given) || part === undefined) continue;
    const refusal = unknownOption(attribute, given, part);
    if (refusal !== null) return refusal;
  }
  return null;
}

/** Each attribute of options with the part it is for: null for a problem module, undefined where the part is not known. */
export function optionParts(
  raw: Raw,
  catalog: Catalog,
): readonly (readonly [string, PartMeta | null | undefined])[] {
  const { problem } = raw;
  const isModule = typeof problem === 'string' && isModulePath(problem);
  const found = catalog.problems.find(({ name }) => name === problem);
  return [
    ['problemOptions', isModule ? null : found],
    ...families.map(([attribute, family]) => {
      const name = raw[attribute] ?? attributes[attribute].default;
      const parts: readonly PartMeta[] = catalog[family];
      return [`${attribute}Options`, parts.find(part => part.name === name)] as const;
    }),
  ];
}

function unknownCriterion({ stopWhen }: Raw): Refusal | null {
  if (!isRecord(stopWhen)) return null;
  const known = Object.keys(criteria);
  const name = Object.keys(stopWhen).find(key => !known.includes(key));
  return name === undefined
    ? null
    : refuseUnknown(`stopWhen.${name}`, stopWhen[name], 'criterion', known, name);
}

/** Refuses attributes that a module defines itself: data, columns and blocks. */
export function unusedByModule(raw: Raw): Refusal | null {
  const { problem } = raw;
  if (typeof problem !== 'string' || !isModulePath(problem)) return null;
  for (const name of ['data', 'target'] as const) {
    if (raw[name] !== undefined) {
      return refuse(name, raw[name], 'is not used by a problem module', `no ${name}`);
    }
  }
  const { blocks } = raw;
  return blocks === undefined || blocks === 'natural'
    ? null
    : refuse('blocks', blocks, 'is not used by a problem module, which names its own', 'natural');
}

export function namesOf(parts: readonly PartMeta[]): readonly string[] {
  return parts.map(({ name }) => name);
}
