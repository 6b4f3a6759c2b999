// Events to a client that reads slowly: they wait, in order, and what may be dropped is counted.
import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { describe, test } from 'node:test';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { Outlet } from '../../../extension/adapter/outlet.ts';

const event = (name: string, seq: number): DebugProtocol.Event => ({
  seq,
  type: 'event',
  event: name,
});

/** An outlet into a stream that takes what is written only once `read` is called. */
function unread() {
  const taken: (() => void)[] = [];
  const stream = new Writable({
    highWaterMark: 16,
    write: (_chunk, _encoding, done) => void taken.push(done),
  });
  const sent: DebugProtocol.Event[] = [];
  const outlet = new Outlet(one => {
    sent.push(one);
    stream.write(Buffer.alloc(300_000));
  });
  outlet.follow(stream);
  const read = async () => {
    while (taken.length > 0) {
      taken.shift()!();
      await new Promise(setImmediate);
    }
  };
  return { outlet, sent, read };
}

describe('events to a client that does not read', () => {
  test('are written up to a megabyte and wait beyond it, and all come in order once it reads', async () => {
    const { outlet, sent, read } = unread();
    for (let seq = 0; seq < 40; seq++) outlet.push(event('blockstep/metrics', seq));
    assert.equal(outlet.flows, false);
    assert.equal(sent.length, 4);
    await read();
    assert.deepEqual(
      sent.map(({ seq }) => seq),
      Array.from({ length: 40 }, (_, seq) => seq),
    );
    assert.equal(outlet.flows, true);
  });

  test('are dropped where they are only informative and very many wait, and the client is told how many', async () => {
    const { outlet, sent, read } = unread();
    for (let seq = 0; seq < 2104; seq++) outlet.push(event('output', seq));
    outlet.push(event('stopped', 9999));
    await read();
    const said = sent.at(-1)!;
    assert.equal(sent.length, 4 + 2000 + 2);
    assert.equal(sent.at(-2)!.event, 'stopped');
    assert.match(said.body.output, /\b100\b/);
  });
});
