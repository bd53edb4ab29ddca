/**
 * A send of which nothing was heard, and of which a person has been told: it waits for nothing any more. What is
 * done about it is theirs; a status that comes after all still settles it.
 */
export const isLeftToPerson = (message: string): string =>
  `(${message}.status = 'unknown' and coalesce(${message}.reason, '') in ('unclear-send', 'run-lost'))`;
