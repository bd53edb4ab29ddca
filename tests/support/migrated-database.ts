import { Database } from '../../store/database.ts';
import { migrate } from '../../store/migrate.ts';
import { temporaryDatabase, type TemporaryDatabase } from './temporary-database.ts';

export interface MigratedDatabase {
  readonly database: Database;
  readonly place: TemporaryDatabase;
  close(): Promise<void>;
}

/** A real PostgreSQL of its own with Zajel's tables in it. */
export async function migratedDatabase(): Promise<MigratedDatabase> {
  const place = await temporaryDatabase();
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
