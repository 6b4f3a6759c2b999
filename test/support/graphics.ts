// A graphics device for tests: one in software, through Vulkan, where Debian's chromium brings it.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from '../../scripts/lib/root.mjs';
import type { Poll } from '../../solver/core/problem.ts';
import { Device } from '../../solver/device/device.ts';

const SOFTWARE = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** The bundle of the device's thread. */
export const deviceFile = join(root, 'dist/device.js');

/** Turns the process to the device in software, unless the caller's environment names another. A sentence where there is none. */
export function softwareDevice(): string | null {
  const { env } = process;
  if (env['VK_ICD_FILENAMES'] === undefined) {
    if (!existsSync(SOFTWARE))
      return 'There is no Vulkan in software here; Debian’s chromium and libvulkan1 bring it.';
    env['VK_ICD_FILENAMES'] = SOFTWARE;
  }
  return existsSync(deviceFile) ? null : 'dist/device.js is not built; run `npm run build`.';
}

/** The package webgpu that the development dependencies bring. */
export const graphicsPackage = (): string =>
  createRequire(join(root, 'package.json')).resolve('webgpu');

/** A device, or the sentence that a test is skipped with. */
export async function openedDevice(poll: Poll = () => {}): Promise<Device | string> {
  const missing = softwareDevice();
  if (missing !== null) return missing;
  const device = await Device.open(graphicsPackage(), poll, deviceFile);
  return typeof device === 'string'
    ? `No device: ${device}. (Debian’s libvulkan1 is needed beside chromium.)`
    : device;
}
