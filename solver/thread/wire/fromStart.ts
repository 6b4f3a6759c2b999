import type { Calls } from '../../wire/protocol.ts';
import { Declined } from '../messages.ts';
import { free } from '../shared.ts';
import { KnownRun } from './knownRun.ts';
import { type Settled, ThreadHandle } from './threadHandle.ts';

/** Computes a run once more from its start, in a thread of its own beside it, and writes it to a file. */
export async function exportFromStart(
  params: Calls['restore']['params'],
  path: string,
): Promise<Calls['exportTrace']['result']> {
  const again = new KnownRun(() => undefined);
  again.asked(params, false);
  const thread: ThreadHandle = new ThreadHandle(
    news => {
      again.hear(news);
      if (news.kind === 'spilled') free(thread.shared, news.spill);
    },
    () => undefined,
  );
  try {
    const settled = await new Promise<Settled>(done => {
      thread.ask({ call: 'restore', params }, done);
    });
    if (!settled.ok) throw new Declined(settled.error.kind, settled.error.message);
    return await again.trace.export(path);
  } finally {
    thread.end();
    again.forget();
  }
}
