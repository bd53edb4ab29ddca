import { seeded } from '../../support/sheet-person.ts';
import { startModelDouble, type ModelDouble, type ModelFault } from '../../doubles/model-api/double.ts';

const TRUE_WORDS = 'أهلاً بك، نحن هنا لأي سؤال';
/** A price of nothing that the shop sells: no customer may read it. */
export const UNTRUE_WORDS = 'سعره 5 دنانير فقط';
/** One answer in so many is untrue; where its second try is, too, the rules answer. */
const UNTRUE_IN = 3;

/** A model in trouble, as a provider knows it; `hang` costs a customer all patience. */
export const MODEL_TROUBLES: readonly ModelFault[] = [
  { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
  { kind: 'status', status: 503 },
  { kind: 'reset' },
  { kind: 'half-body' },
  { kind: 'not-json' },
  { kind: 'slow', delayMs: 3_000 },
  { kind: 'hang' },
];

/** A model that does not always keep to the facts. */
export async function startStormModel(seed: number): Promise<ModelDouble> {
  const random = seeded(seed);
  const model = await startModelDouble();
  model.answer(() => ({ text: random(UNTRUE_IN) === 0 ? UNTRUE_WORDS : TRUE_WORDS }));
  return model;
}
