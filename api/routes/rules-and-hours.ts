import type { MerchantId } from '../../domain/ids.ts';
import { recordAudit } from '../../store/audit.ts';
import type { Tx } from '../../store/database.ts';
import { lockMerchant } from '../../store/merchant-lock.ts';
import { readHours, readRules, writeHours, writeRules } from '../../store/merchants.ts';
import { actorName, type Actor } from '../actor.ts';
import { given } from '../given.ts';
import type { House } from '../house.ts';
import { route, type Route } from '../route.ts';
import { merchantPath } from '../schemas/common.ts';
import { hours, rules, rulesPatch } from '../schemas/shop.ts';

const tag = 'Shop';
const hoursPath = '/api/merchants/:merchant/hours';
const rulesPath = '/api/merchants/:merchant/rules';

export function ruleAndHourRoutes({ database }: House): Route[] {
  const change = (
    merchant: MerchantId,
    actor: Actor,
    action: string,
    work: (tx: Tx) => Promise<void>,
  ): Promise<void> =>
    database.merchant(merchant, async (tx) => {
      await lockMerchant(tx, merchant);
      await work(tx);
      await recordAudit(tx, merchant, { actor: actorName(actor), action });
    });

  return [
    route({
      method: 'get',
      path: hoursPath,
      scope: 'read',
      tag,
      summary: 'Opening hours',
      params: merchantPath,
      responses: { 200: hours },
    })(async ({ params: { merchant } }) => ({
      status: 200,
      body: hours.parse(await database.merchant(merchant, (tx) => readHours(tx, merchant))),
    })),
    route({
      method: 'put',
      path: hoursPath,
      scope: 'manage',
      tag,
      summary: 'Replaces the opening hours',
      params: merchantPath,
      body: hours,
      responses: { 200: hours },
    })(async ({ params: { merchant }, body, actor }) => {
      await change(merchant, actor, 'hours.changed', (tx) => writeHours(tx, merchant, body));
      return { status: 200, body };
    }),
    route({
      method: 'delete',
      path: hoursPath,
      scope: 'manage',
      tag,
      summary: 'Always open',
      params: merchantPath,
      responses: { 204: null },
    })(async ({ params: { merchant }, actor }) => {
      await change(merchant, actor, 'hours.removed', (tx) => writeHours(tx, merchant, null));
      return { status: 204 };
    }),
    route({
      method: 'get',
      path: rulesPath,
      scope: 'read',
      tag,
      summary: 'How the bot answers',
      params: merchantPath,
      responses: { 200: rules },
    })(async ({ params: { merchant } }) => ({
      status: 200,
      body: rules.parse(await database.merchant(merchant, (tx) => readRules(tx, merchant))),
    })),
    route({
      method: 'put',
      path: rulesPath,
      scope: 'manage',
      tag,
      summary: 'Replaces the rules',
      params: merchantPath,
      body: rules,
      responses: { 200: rules },
    })(async ({ params: { merchant }, body, actor }) => {
      await change(merchant, actor, 'rules.changed', (tx) => writeRules(tx, merchant, body));
      return { status: 200, body };
    }),
    route({
      method: 'delete',
      path: rulesPath,
      scope: 'manage',
      tag,
      summary: 'Back to the rules of a new merchant',
      params: merchantPath,
      responses: { 204: null },
    })(async ({ params: { merchant }, actor }) => {
      await change(merchant, actor, 'rules.removed', (tx) => writeRules(tx, merchant, {}));
      return { status: 204 };
    }),
    route({
      method: 'patch',
      path: rulesPath,
      scope: 'manage',
      tag,
      summary: 'Changes what is given',
      params: merchantPath,
      body: rulesPatch,
      responses: { 200: rules },
    })(async ({ params: { merchant }, body, actor }) => {
      let changed = {};
      await change(merchant, actor, 'rules.changed', async (tx) => {
        changed = { ...(await readRules(tx, merchant)), ...given(body) };
        await writeRules(tx, merchant, changed);
      });
      return { status: 200, body: rules.parse(changed) };
    }),
  ];
}
