/** The scheme of listing documents. */
const listingScheme = 'blockstep-listing:';

/**
 * A path as it is compared: forward slashes, a drive in upper case; `file:` and `vscode-remote:` addresses as the path
 * they name, others as they are, unescaped.
 */
export function plainPath(path: string): string {
  // One letter before the colon is a drive of Windows.
  const [, scheme, rest] = /^([a-z][a-z\d+.-]+):(.*)$/is.exec(path) ?? [];
  if (scheme === undefined || rest === undefined) return slashes(path);
  const hasPath = scheme === 'file' || scheme.startsWith('vscode-');
  if (!hasPath) return unescaped(path);
  return slashes(unescaped(rest.replace(/^\/\/[^/]*/, '')).replace(/^\/(?=[a-z]:)/i, ''));
}

export function isListingPath(path: string): boolean {
  return path.startsWith(listingScheme);
}

function slashes(path: string): string {
  return path.replaceAll('\\', '/').replace(/^[a-z]:/, drive => drive.toUpperCase());
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // A % that escapes nothing stands for itself.
  }
}
