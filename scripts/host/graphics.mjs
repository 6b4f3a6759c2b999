// Vulkan in software, for the tests of the graphics device: Debian's chromium brings the driver, libvulkan1 the loader.
import { existsSync } from 'node:fs';
import { arch, platform } from 'node:process';
import { installWithApt } from './install.mjs';

const loader = `/usr/lib/${arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/libvulkan.so.1`;
const driver = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** Installs what is missing, where that is allowed; without it those tests say why they are skipped. */
export function offerSoftwareGraphics(say = console.log) {
  if (platform !== 'linux') return;
  const missing = [
    ...(existsSync(loader) ? [] : ['libvulkan1']),
    ...(existsSync(driver) ? [] : ['chromium']),
  ];
  if (missing.length === 0) return;
  const trouble = installWithApt(missing, say);
  if (trouble !== undefined)
    say(`The graphics device in software is not to be had: ${trouble}; its tests are skipped.`);
}
