import { parentPort, workerData } from 'node:worker_threads';
import type { DeviceCall, DeviceData } from './device/messages.ts';
import { DeviceThread } from './device/thread.ts';

/** Entry of the device's thread: one matrix on a graphics device, its calls in order. */
const port = parentPort;
if (!port) throw new Error('the device thread has a parent');
const device = new DeviceThread(workerData as DeviceData);
let last: Promise<unknown> = device.open().then(opening => port.postMessage(opening));
port.on('message', ({ id, call }: { readonly id: number; readonly call: DeviceCall }) => {
  last = last.then(() => device.answer(id, call));
});
