// A node:test reporter that writes { passed, failed } as JSON: tests only, neither suites nor files.

export default async function* count(events) {
  let passed = 0;
  let failed = 0;
  for await (const { type, data } of events) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.details?.type === 'suite' || data.skip || data.todo) continue;
    if (type === 'test:fail') failed++;
    else if (data.name !== data.file) passed++;
  }
  yield JSON.stringify({ passed, failed });
}
