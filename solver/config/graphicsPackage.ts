/** The npm package that reaches a graphics device from Node: what it is installed as, and what it takes. */
export const graphicsPackage = {
  name: 'webgpu',
  install: ['npm', 'install', '--no-save', '--ignore-scripts', 'webgpu@0.6.2'].join(' '),
  size: '132 MB on disk, of all platforms',
} as const;
