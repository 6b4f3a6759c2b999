// Bundles test/unit, test/oracle and test/fuzz and runs them with node:test.
// Words after `--` keep only the files whose path contains one of them: `npm run unit -- kernels`.
import { argv, exit } from 'node:process';
import { runNodeTests, unitFolders } from './lib/node-tests.mjs';

const words = argv.slice(2).filter(word => !word.startsWith('-'));
const { failed, passed } = await runNodeTests(unitFolders, { words });
if (passed + failed === 0) console.error('unit: no test ran; the words given match no test file.');
console.log(`${passed} passed, ${failed} failed`);
exit(failed > 0 || passed === 0 ? 1 : 0);
