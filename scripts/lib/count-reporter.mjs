// A node:test reporter that writes { passed, failed, failures } as JSON: tests only, neither suites nor files.
import { relative } from 'node:path';
import { root } from './root.mjs';

export default async function* count(events) {
  let passed = 0;
  let failed = 0;
  const failures = [];
  for await (const { type, data } of events) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.details?.type === 'suite' || data.skip || data.todo) continue;
    if (type === 'test:fail') {
      failed++;
      failures.push(sentence(data));
    } else if (data.name !== data.file) passed++;
  }
  yield JSON.stringify({ passed, failed, failures });
}

/** The test, where it stands, and why it failed: an assertion's message with the values that differ. */
function sentence({ name, file, details }) {
  const cause = details?.error?.cause ?? details?.error;
  const message = cause?.message ?? String(cause);
  const place = file === undefined ? '' : `${relative(root, file)}: `;
  return `${place}${name}: ${message.replace(/\s+/g, ' ').slice(0, 600)}`;
}
