/** Thrown by `poll` when the user asked to pause: the proposal in flight is dropped, nothing was written. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted');
    this.name = 'Interrupted';
  }
}
