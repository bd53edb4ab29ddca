import { Fleet } from './fleet.ts';
import { grownUpPlace, type GrownUpPlace } from './place.ts';
import { programsOfTheTest } from './programs.ts';

/** PostgreSQL, a Temporal server, two APIs and three workers, as a test has them that breaks nothing between them. */
export class Town {
  readonly place: GrownUpPlace;
  readonly fleet: Fleet;
  readonly #stopTemporal: () => Promise<void>;

  private constructor(place: GrownUpPlace, fleet: Fleet, stopTemporal: () => Promise<void>) {
    this.place = place;
    this.fleet = fleet;
    this.#stopTemporal = stopTemporal;
  }

  static async open(env: Readonly<Record<string, string>>): Promise<Town> {
    const place = await grownUpPlace(programsOfTheTest());
    const temporal = await place.startTemporal();
    const fleet = await Fleet.start({
      apis: 2,
      workers: 3,
      temporal: { apis: temporal.address, workers: temporal.address },
      env: { DATABASE_URL: place.databaseUrl(), ZAJEL_DATA: place.folder, ...env },
    });
    return new Town(place, fleet, () => temporal.stop());
  }

  async close(): Promise<void> {
    await this.fleet.stop();
    await this.#stopTemporal();
    await this.place.remove();
  }
}
