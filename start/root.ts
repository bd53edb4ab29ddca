import { dirname } from 'node:path';

/** The project's folder: relative places in the settings count from here. */
export const ROOT = dirname(import.meta.dirname);
