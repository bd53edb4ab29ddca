import { writeSettings } from '../../store/merchants.ts';
import type { ModelDouble } from '../doubles/model-api/double.ts';
import { until } from '../support/live-shop.ts';
import type { Shop } from '../support/shop.ts';
import { CUSTOMER, type Path } from './paths.ts';

const byModel = (shop: Shop): Promise<void> =>
  shop.house.database.merchant(shop.merchant, (tx) => writeSettings(tx, shop.merchant, { answers: 'model' }));

/** A customer whom a model answers: the thought is a step of its own. */
export const modelPaths = (model: () => ModelDouble): readonly Path[] => [
  {
    name: 'answered-by-model',
    shows: { EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: 1, EVENT_TYPE_ACTIVITY_TASK_COMPLETED: 2 },
    async walk(shop) {
      await byModel(shop);
      await shop.say(CUSTOMER, 'بكم القميص');
    },
  },
  {
    name: 'overtaken-while-a-model-thinks',
    shows: { EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: 2, EVENT_TYPE_ACTIVITY_TASK_COMPLETED: 3 },
    async walk(shop) {
      await byModel(shop);
      const before = model().asked.length;
      model().fault({ kind: 'slow', delayMs: 2_000 });
      await shop.say(CUSTOMER, 'بكم القميص');
      await until(
        () => Promise.resolve(model().asked.length),
        (asked) => asked > before,
      );
      await shop.say(CUSTOMER, 'الأحمر');
    },
  },
];
