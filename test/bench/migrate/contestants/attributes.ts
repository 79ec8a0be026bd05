import type { ShapeName } from '../task.js';

export type AttributeKind = 'string' | 'number' | 'boolean' | 'lines';

/** The attributes of each shape beside `pk` and `sk`, for the libraries that want them declared. `?` may be absent. */
export const ATTRIBUTES: Readonly<Record<ShapeName, Readonly<Record<string, AttributeKind | 'string?'>>>> = {
  small: {
    _type: 'string',
    _src: 'string',
    id: 'number',
    sensorId: 'number',
    status: 'string',
    value: 'number',
  },
  orders: {
    _type: 'string',
    _src: 'string',
    id: 'number',
    customerId: 'number',
    status: 'string',
    total: 'number',
    tax: 'number',
    currency: 'string',
    itemCount: 'number',
    gift: 'boolean',
    createdAt: 'string',
    updatedAt: 'string',
    shipTo: 'string',
    shipCity: 'string',
    note: 'string?',
    weight: 'number',
    customerName: 'string',
  },
  embeds: {
    _type: 'string',
    _src: 'string',
    id: 'number',
    customerId: 'number',
    status: 'string',
    openedAt: 'string',
    lines: 'lines',
  },
};

/** What one of `lines` holds. */
export const LINE = { lineNo: 'number', sku: 'string', quantity: 'number', price: 'number' } as const;
