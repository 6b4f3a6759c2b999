import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { FromPage } from '../../solver/wire/panel.ts';
import { views } from '../manifest.ts';
import { Feed } from './feed.ts';
import type { PanelContext } from './panel.ts';

/** Registers the convergence panel. Its page is made when it is first shown. */
export function createPanel(context: PanelContext): vscode.Disposable {
  const panel = new PanelView(context);
  return vscode.Disposable.from(
    panel,
    vscode.window.registerWebviewViewProvider(views.convergence, panel),
  );
}

/** Fills the view `blockstep.convergence`: the page, and a feed that lives as long as the view does. */
class PanelView implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly #context: PanelContext;
  #feed: Feed | null = null;
  #view: vscode.WebviewView | null = null;
  readonly #subscription: { dispose(): void };

  constructor(context: PanelContext) {
    this.#context = context;
    this.#subscription = context.source.onDidChange(() => this.#changed());
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const dist = vscode.Uri.joinPath(this.#context.extensionUri, 'dist');
    const { webview } = view;
    webview.options = { enableScripts: true, localResourceRoots: [dist] };
    const file = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(dist, name)).toString();
    const nonce = randomBytes(16).toString('base64url');
    const feed = new Feed(
      this.#context,
      message =>
        void webview.postMessage(message).then(arrived => {
          // A hidden page is gone with all that was sent to it; it says `ready` when it is shown again.
          if (!arrived) feed.close();
        }),
      { now: () => performance.now(), later: (ms, run) => void setTimeout(run, ms) },
    );
    this.#feed = feed;
    this.#view = view;
    webview.onDidReceiveMessage((message: FromPage) => {
      if (message.kind === 'takeFocus') view.show(false);
      else feed.receive(message);
    });
    view.onDidDispose(() => {
      feed.close();
      if (this.#feed !== feed) return;
      this.#feed = null;
      this.#view = null;
    });
    webview.html = html(file('webview.js'), file('webview.css'), webview.cspSource, nonce);
    this.#changed();
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#feed?.close();
  }

  #changed(): void {
    const name = this.#context.source.current()?.name;
    if (this.#view !== null && this.#view.description !== name) this.#view.description = name;
    this.#feed?.changed();
  }
}

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
