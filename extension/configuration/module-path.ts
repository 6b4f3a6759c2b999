/** Is it the path of a problem module, rather than a built-in problem's name? */
export function isModulePath(problem: string): boolean {
  return /\.[cm]?[jt]s$/.test(problem);
}
