/** Styles are bundled into webview.css beside webview.js. */
declare module '*.css';
