export * from './loops';
export * from './products';
export * from './sweep';
