/** Multiply-adds between two polls: about 5 ms of plain loops. */
export const pollWork = 4_194_304;

/** The poll of work that must not be abandoned half-way. */
export const noPoll = (): void => {};
