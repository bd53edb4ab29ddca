import { normalise } from './text.ts';

/** What a message template can say about an order. */
export type TemplateVariable =
  | 'name'
  | 'product'
  | 'quantity'
  | 'total'
  | 'currency'
  | 'discountedTotal'
  | 'orderId'
  | 'phone'
  | 'address'
  | 'governorate'
  | 'status'
  | 'date'
  | 'tracking'
  | 'company'
  | 'supportPhone';

/** Each variable's Arabic name first (the one the console offers), then the others people type. */
const ALIASES: Readonly<Record<TemplateVariable, readonly string[]>> = {
  name: ['الاسم', 'اسم العميل', 'العميل'],
  product: ['المنتج', 'اسم المنتج'],
  quantity: ['الكمية', 'العدد'],
  total: ['الإجمالي', 'السعر الإجمالي', 'توتال السعر', 'المبلغ'],
  currency: ['العملة'],
  discountedTotal: ['الإجمالي بعد الخصم', 'السعر بعد الخصم', 'بعد الخصم'],
  orderId: ['رقم الطلب', 'كود الطلب'],
  phone: ['رقم الهاتف', 'الهاتف', 'رقم التليفون', 'الموبايل'],
  address: ['العنوان'],
  governorate: ['المحافظة'],
  status: ['الحالة', 'حالة الطلب'],
  date: ['التاريخ', 'تاريخ الطلب'],
  tracking: ['رقم التتبع', 'رقم الشحنة', 'التتبع'],
  company: ['الشركة', 'المتجر', 'اسم الشركة', 'اسم المتجر'],
  supportPhone: ['رقم الدعم', 'هاتف الدعم', 'خدمة العملاء'],
};

const VARIABLES = Object.keys(ALIASES).filter((key): key is TemplateVariable => key in ALIASES);
const BY_NAME = new Map(
  VARIABLES.flatMap((name) => [name, ...ALIASES[name]].map((alias) => [comparable(alias), name] as const)),
);

/** Every variable, for the console's list. */
export const templateVariables = (): readonly TemplateVariable[] => VARIABLES;

/** The Arabic name the console offers for a variable. */
export const arabicName = (variable: TemplateVariable): string => ALIASES[variable][0] ?? variable;

/** The variable that a name in a template means, in either language and any spelling; null when it means none. */
export const variableNamed = (name: string): TemplateVariable | null => BY_NAME.get(comparable(name)) ?? null;

/** `order_id`, `Order ID` and `orderId` are one name. */
function comparable(name: string): string {
  return normalise(name.replace(/[\s_-]+/g, ' ')).replace(/ /g, '');
}
