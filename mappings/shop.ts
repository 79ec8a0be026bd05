import { defineMapping } from 'tablefold';

/** The same mapping as shop.yaml, which explains it. In TypeScript the editor completes and checks it. */
export default defineMapping({
  version: 1,
  table: {
    name: 'shop',
    partitionKey: 'pk',
    sortKey: 'sk',
    indexes: { gsi1: { partitionKey: 'gsi1pk', sortKey: 'gsi1sk' } },
  },
  defaults: { attributeNames: 'camelCase', nulls: 'omit' },
  entities: {
    Customer: {
      from: 'customers',
      embed: {
        addresses: {
          from: 'addresses',
          orderBy: 'kind',
          attributes: ['kind', 'street', 'city', 'postal_code', 'country'],
        },
      },
      items: {
        profile: {
          key: { pk: 'CUSTOMER#{id}', sk: 'PROFILE' },
          indexes: { gsi1: { pk: 'EMAIL#{email | lower}', sk: 'CUSTOMER' } },
        },
      },
    },
    Order: {
      from: 'orders',
      where: "status <> 'DRAFT'",
      join: { customer: { via: 'customer_id' }, rep: { via: 'rep_id', attributes: ['name'] } },
      embed: {
        lines: {
          from: 'order_lines',
          orderBy: 'line_no',
          attributes: ['line_no', 'quantity', 'unit_price'],
          join: { product: { via: 'product_id', attributes: ['sku', 'name'] } },
        },
      },
      attributes: {
        '*': true,
        customerName: '{customer.name}',
        lineCount: { count: 'lines' },
        totalCents: { column: 'total', as: 'cents' },
      },
      items: {
        byCustomer: { key: { pk: 'CUSTOMER#{customer_id}', sk: 'ORDER#{placed_at}#{id}' } },
        byStatus: {
          key: { pk: 'STATUS#{status}#{id | shard(4)}', sk: '{placed_at}#{id}' },
          attributes: ['id', 'customerName', 'total', 'placedAt'],
        },
        openByRep: {
          when: { column: 'status', in: ['NEW', 'PAID'] },
          key: { pk: 'REP#{rep_id}', sk: 'OPEN#{total | desc}#{id}' },
          whenNull: 'skip',
          attributes: ['id', 'customerName', 'total', 'status', 'placedAt'],
        },
      },
    },
    Product: {
      from: 'products',
      join: { category: { via: 'category_id', attributes: ['name'] } },
      items: {
        main: { key: { pk: 'PRODUCT#{id}', sk: 'PRODUCT' } },
        inCategory: {
          key: { pk: 'CATEGORY#{category_id}', sk: 'PRODUCT#{name}#{id}' },
          attributes: ['id', 'sku', 'name', 'price', 'active'],
        },
      },
    },
    Tag: { from: 'tags', items: { main: { key: { pk: 'TAG#{id}', sk: 'TAG' } } } },
    ProductTag: {
      from: 'product_tags',
      join: {
        product: { via: 'product_id', attributes: ['name', 'price'] },
        tag: { via: 'tag_id', attributes: ['name'] },
      },
      items: {
        ofProduct: { key: { pk: 'PRODUCT#{product_id}', sk: 'TAG#{tag_id}' } },
        ofTag: { key: { pk: 'TAG#{tag_id}', sk: 'PRODUCT#{product_id}' } },
      },
    },
  },
  accessPatterns: {
    customerByEmail: {
      query: 'gsi1',
      pk: 'EMAIL#{email}',
      sk: 'CUSTOMER',
      returns: 'Customer',
      sql: 'select * from customers where lower(email) = lower({email}) order by id',
    },
    customerWithOrders: { query: 'table', pk: 'CUSTOMER#{customerId}' },
    ordersOfCustomer: {
      query: 'table',
      pk: 'CUSTOMER#{customerId}',
      sk: { beginsWith: 'ORDER#' },
      returns: 'Order',
      sql: "select * from orders where customer_id = {customerId} and status <> 'DRAFT' order by placed_at, id",
    },
    ordersWithStatus: {
      query: 'table',
      pk: 'STATUS#{status}#{shard}',
      returns: 'Order',
      sql: 'select * from orders where status = {status} order by placed_at, id',
    },
    openOrdersOfRep: {
      query: 'table',
      pk: 'REP#{repId}',
      sk: { beginsWith: 'OPEN#' },
      limit: 20,
      returns: 'Order',
      sql: "select * from orders where rep_id = {repId} and status in ('NEW', 'PAID') order by total desc, id limit 20",
    },
    productWithTags: { query: 'table', pk: 'PRODUCT#{productId}' },
    productsInCategory: {
      query: 'table',
      pk: 'CATEGORY#{categoryId}',
      sk: { beginsWith: 'PRODUCT#' },
      returns: 'Product',
      sql: 'select * from products where category_id = {categoryId} order by name collate "C", id',
    },
    tagWithProducts: { query: 'table', pk: 'TAG#{tagId}' },
  },
});
