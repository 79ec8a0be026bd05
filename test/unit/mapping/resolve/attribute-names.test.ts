import { describe, expect, it } from 'vitest';
import { attributeName, camelCase, joinedName } from '../../../../src/mapping/resolve/attribute-names.js';

describe('camelCase', () => {
  it.each([
    ['id', 'id'],
    ['customer_id', 'customerId'],
    ['CUSTOMER_ID', 'customerId'],
    ['CustomerId', 'customerId'],
    ['customerId', 'customerId'],
    ['ID', 'id'],
    ['URLPath', 'urlPath'],
    ['parentURL', 'parentURL'],
    ['_rev', '_rev'],
    ['__typeName', '__typeName'],
    ['line_2', 'line2'],
    ['line2_text', 'line2Text'],
    ['2nd_line', '2ndLine'],
    ['first name', 'firstName'],
    ['unit-price', 'unitPrice'],
    ['class_', 'class'],
    ['größe_in_cm', 'größeInCm'],
    ['___', '___'],
    ['$', '$'],
  ])('makes of %s %s, and leaves that as it is', (column, attribute) => {
    expect(camelCase(column)).toBe(attribute);
    expect(camelCase(attribute)).toBe(attribute);
  });
});

describe('the naming rule', () => {
  it('applies to joined columns with the name of the join in front', () => {
    expect(joinedName('customer', 'first_name', 'camelCase')).toBe('customerFirstName');
    expect(joinedName('customer', 'first_name', 'asIs')).toBe('customer_first_name');
    expect(joinedName('sales_rep', 'ID', 'camelCase')).toBe('salesRepId');
  });

  it('asIs changes nothing', () => {
    expect(attributeName('FIRST_name', 'asIs')).toBe('FIRST_name');
  });
});
