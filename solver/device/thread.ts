import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { Held } from './held.ts';
import { type DeviceCall, type DeviceData, DONE, FAILED, type Opening } from './messages.ts';
import { Multiplied } from './multiplied.ts';
import { destroyDevice, Programs } from './programs.ts';

interface Adapter {
  readonly info: Readonly<Record<'vendor' | 'architecture' | 'device' | 'description', string>>;
  readonly limits: Readonly<Record<'maxStorageBufferBindingSize' | 'maxBufferSize', number>>;
}
interface WebGpu {
  create(flags: readonly string[]): { requestAdapter(): Promise<Adapter | null> };
}

/** The device's own thread: it answers one call after the other, while whoever asked waits. */
export class DeviceThread {
  readonly #data: DeviceData;
  #held: Held | null = null;
  #multiplied: Multiplied | null = null;

  constructor(data: DeviceData) {
    this.#data = data;
  }

  /** Loads the package and finds a device. */
  async open(): Promise<Opening> {
    let gpu: ReturnType<WebGpu['create']>;
    try {
      const { create } = (await import(pathToFileURL(this.#data.package).href)) as WebGpu;
      gpu = create([]);
    } catch (error) {
      // What is missing, without the folders where it was looked for.
      const [first] = (error as Error).message.replaceAll(/(?:\/[^\s/:()]+)+\//g, '').split('\n');
      return { kind: 'none', why: `the package webgpu cannot be loaded (${first})` };
    }
    // Where gpu.js looks for it. The device lives as long as what made it.
    Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
    const adapter = await gpu.requestAdapter();
    if (!adapter)
      return {
        kind: 'none',
        why: 'the package webgpu finds no graphics device (on Linux it needs libvulkan1 and the driver of the card)',
      };
    const { info, limits } = adapter;
    return {
      kind: 'open',
      device: nameOf(info),
      limit: Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize),
    };
  }

  /** Answers a call; never throws. */
  async answer(id: number, call: DeviceCall): Promise<void> {
    const { control, failure } = this.#data;
    try {
      await this.#do(call);
      Atomics.store(control, FAILED, 0);
    } catch (error) {
      const [first = ''] = (error as Error).message.split('\n');
      const { written } = new TextEncoder().encodeInto(first || 'no reason given', failure);
      Atomics.store(control, FAILED, written);
    }
    Atomics.store(control, DONE, id);
    Atomics.notify(control, DONE);
  }

  async #do(call: DeviceCall): Promise<void> {
    switch (call.call) {
      case 'shape':
        this.#held = new Held(new Programs(), call.shape, call.vectors);
        return;
      case 'hold':
        return this.#held!.hold(call.numbers);
      case 'transposed':
        return this.#held!.transposed();
      case 'rows':
        return this.#held!.rows(call.slabs);
      case 'weighted':
        return this.#held!.weighted(call.shift);
      case 'multiply':
        if (this.#multiplied?.size !== call.size)
          this.#multiplied = await Multiplied.of(new Programs(), call.size);
        return this.#multiplied.run();
      case 'leave':
        return destroyDevice();
      case 'end':
        await destroyDevice();
        process.exit();
    }
  }
}

/** What the device is called, with what drives it. */
function nameOf({ vendor, architecture, device, description }: Adapter['info']): string {
  const name = device || architecture || vendor || 'a nameless device';
  return description === '' ? name : `${name} (${description})`;
}
