/** esbuild gathers the styles; TypeScript only needs to know that they may be imported. */
declare module '*.css';
