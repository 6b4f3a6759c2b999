/** The page's frame: nothing but our two files may run or be loaded, and nothing is asked of the network. */
export function html(script: string, style: string, cspSource: string, nonce: string): string {
  const policy = [
    `default-src 'none'`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta property="csp-nonce" content="${nonce}">
<link rel="stylesheet" href="${style}">
<title>Convergence</title>
</head>
<body><script nonce="${nonce}" src="${script}"></script></body>
</html>`;
}
