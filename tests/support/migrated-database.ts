import { Database } from '../../store/database.ts';
import { migrate } from '../../store/migrate.ts';
import { openPlace, type Place } from './place.ts';

export interface MigratedDatabase {
  readonly database: Database;
  readonly place: Place;
  close(): Promise<void>;
}

/** A real PostgreSQL of its own with Zajel's tables in it. */
export async function migratedDatabase(): Promise<MigratedDatabase> {
  const place = await openPlace();
  const database = new Database(place.connection);
  await migrate(database);
  return {
    database,
    place,
    async close() {
      await database.close();
      await place.remove();
    },
  };
}
