/** A request that cannot be carried out. Its message is a sentence for the user. */
export class RequestError extends Error {
  /** Should the client show the sentence by itself? */
  readonly showUser: boolean;

  constructor(sentence: string, { showUser = false } = {}) {
    super(sentence);
    this.name = 'RequestError';
    this.showUser = showUser;
  }
}
