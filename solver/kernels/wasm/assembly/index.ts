export * from './loops';
export * from './sweep';
