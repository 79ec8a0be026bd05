-- A small shop, for the demo and the first steps: about 35,000 rows, the same on every load (no random()).
-- Plain SQL for Postgres 14 and later: psql -f shop.sql, or paste it into any client.

CREATE TYPE order_status AS ENUM ('DRAFT', 'NEW', 'PAID', 'SHIPPED', 'DELIVERED', 'CANCELLED');
CREATE TYPE address_kind AS ENUM ('home', 'billing', 'work');

CREATE TABLE customers (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  public_id   uuid NOT NULL UNIQUE,
  name        text NOT NULL,
  email       text NOT NULL,
  phone       text,
  newsletter  boolean NOT NULL,
  preferences jsonb NOT NULL,
  created_at  timestamptz NOT NULL
);
CREATE UNIQUE INDEX customers_email ON customers (lower(email));

CREATE TABLE addresses (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES customers,
  kind        address_kind NOT NULL,
  street      text NOT NULL,
  city        text NOT NULL,
  postal_code text NOT NULL,
  country     char(2) NOT NULL,
  UNIQUE (customer_id, kind)
);

CREATE TABLE sales_reps (
  id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name   text NOT NULL,
  region text NOT NULL
);

CREATE TABLE categories (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  parent_id bigint REFERENCES categories,
  name      text NOT NULL UNIQUE
);

CREATE TABLE products (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sku          text NOT NULL UNIQUE,
  category_id  bigint NOT NULL REFERENCES categories,
  name         text NOT NULL,
  description  text,
  price        numeric(12,2) NOT NULL,
  weight_grams int NOT NULL,
  active       boolean NOT NULL,
  details      jsonb NOT NULL
);
CREATE INDEX products_category ON products (category_id);

CREATE TABLE tags (
  id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE
);

CREATE TABLE product_tags (
  product_id bigint REFERENCES products,
  tag_id     bigint REFERENCES tags,
  tagged_at  timestamptz NOT NULL,
  PRIMARY KEY (product_id, tag_id)
);
CREATE INDEX product_tags_tag ON product_tags (tag_id);

CREATE TABLE orders (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES customers,
  rep_id      bigint REFERENCES sales_reps,            -- NULL: ordered online
  status      order_status NOT NULL,
  total       numeric(12,2) NOT NULL DEFAULT 0,
  gift        boolean NOT NULL,
  note        text,
  placed_at   timestamptz NOT NULL,
  shipped_at  timestamptz
);
CREATE INDEX orders_customer ON orders (customer_id, placed_at);
CREATE INDEX orders_rep ON orders (rep_id);

CREATE TABLE order_lines (
  order_id   bigint REFERENCES orders,
  line_no    int,
  product_id bigint NOT NULL REFERENCES products,
  quantity   int NOT NULL CHECK (quantity > 0),
  unit_price numeric(12,2) NOT NULL,
  PRIMARY KEY (order_id, line_no)
);
CREATE INDEX order_lines_product ON order_lines (product_id);

-- A number from 0 to choices - 1 that looks random and depends on n and salt alone.
CREATE FUNCTION pg_temp.pick(n bigint, salt int, choices int) RETURNS int IMMUTABLE LANGUAGE sql
  RETURN ((n * 9973 + salt * 7919) % 65521 * ((n * 9973 + salt * 7919) % 64063) + n) % 16777213 % choices;

INSERT INTO sales_reps (name, region) VALUES
  ('Amara Okafor', 'North'), ('Bruno Keller', 'North'), ('Chiara Russo', 'South'), ('Dmitri Petrov', 'South'),
  ('Elif Yılmaz', 'East'), ('Farid Haddad', 'East'), ('Grace Mbeki', 'West'), ('Hana Sato', 'West');

INSERT INTO categories (parent_id, name) VALUES
  (NULL, 'House'), (NULL, 'Work'), (NULL, 'Outdoors'),
  (1, 'Kitchen'), (1, 'Living room'), (2, 'Desk'), (2, 'Workshop'), (3, 'Garden'), (3, 'Travel');

INSERT INTO tags (name) VALUES
  ('bestseller'), ('new'), ('sale'), ('handmade'), ('recycled'), ('vegan'), ('fair trade'), ('limited'),
  ('gift idea'), ('heavy'), ('fragile'), ('for children'), ('refurbished'), ('made in Europe'), ('long warranty'),
  ('water-proof'), ('battery'), ('solar'), ('foldable'), ('magnetic');

INSERT INTO products (sku, category_id, name, description, price, weight_grams, active, details)
SELECT format('%s-%s', upper(left(noun, 3)), lpad(n::text, 4, '0')),
       4 + (noun_no - 1) % 6,
       adjective || ' ' || noun,
       CASE WHEN n % 3 > 0 THEN format('%s, %s and made to last. 5%% off from 10 pieces.', noun, lower(adjective)) END,
       (pg_temp.pick(n, 1, 19900) + 99) / 100.0,
       20 + pg_temp.pick(n, 2, 5000),
       n % 17 > 0,
       jsonb_build_object(
         'colour', (ARRAY['black', 'white', 'red', 'green', 'blue'])[1 + pg_temp.pick(n, 3, 5)],
         'size', jsonb_build_object('width', pg_temp.pick(n, 4, 900) / 10.0, 'height', pg_temp.pick(n, 5, 900) / 10.0),
         'rating', CASE WHEN n % 5 > 0 THEN round(3 + pg_temp.pick(n, 6, 200) / 100.0, 2) END)
FROM (
  SELECT row_number() OVER (ORDER BY noun_no, adjective_no) AS n, *
  FROM unnest(ARRAY['Kettle', 'Armchair', 'Lamp', 'Hammer', 'Spade', 'Backpack', 'Teapot', 'Bookshelf', 'Keyboard', 'Drill',
                    'Hose', 'Tent', 'Whisk', 'Rug', 'Notebook', 'Clamp', 'Bench', 'Bottle', 'Pan', 'Clock'])
       WITH ORDINALITY AS nouns (noun, noun_no),
       unnest(ARRAY['Arctic', 'Bold', 'Classic', 'Daily', 'Easy', 'Feather', 'Grand', 'Happy', 'Iron', 'Jade', 'Kind', 'Little',
                    'Mighty', 'Nordic', 'Oak', 'Plain', 'Quiet', 'Rapid', 'Silver', 'Tiny', 'Urban', 'Velvet', 'Wild', 'Young', 'Zen'])
       WITH ORDINALITY AS adjectives (adjective, adjective_no)
) AS names
ORDER BY n;

INSERT INTO product_tags (product_id, tag_id, tagged_at)
SELECT DISTINCT ON (n, tag) n, tag, timestamptz '2024-01-01 08:00:00+00' + n * interval '97 minutes' + tag * interval '1 second'
FROM generate_series(1, 500) AS n, generate_series(1, 4) AS try, LATERAL (SELECT 1 + pg_temp.pick(n * 4 + try, 7, 20) AS tag) AS t
ORDER BY n, tag;

INSERT INTO customers (public_id, name, email, phone, newsletter, preferences, created_at)
SELECT md5('customer ' || n)::uuid,
       first || ' ' || last,
       format('%s.%s%s@%s', first, last, n, CASE WHEN n % 2 = 0 THEN 'example.com' ELSE 'Example.org' END),
       CASE WHEN n % 4 > 0 THEN '+49 30 ' || lpad((pg_temp.pick(n, 8, 9000000) + 1000000)::text, 7, '0') END,
       n % 3 = 0,
       jsonb_build_object('language', (ARRAY['en', 'de', 'fr', 'tr'])[1 + n % 4], 'theme', CASE WHEN n % 5 = 0 THEN 'dark' END),
       timestamptz '2023-01-01 00:00:00+00' + n * interval '5 hours 7 minutes 11.000013 seconds'
FROM generate_series(1, 2000) AS n,
     LATERAL (SELECT (ARRAY['Ada', 'Björn', 'Chloé', 'Deniz', 'Emre', 'Fatima', 'Goran', 'Hilde', 'Ines', 'Jonas', 'Kwame', 'Lena',
                            'Milan', 'Nadia', 'Oscar', 'Priya', 'Quentin', 'Rosa', 'Søren', 'Tomás'])[1 + pg_temp.pick(n, 9, 20)] AS first,
                     (ARRAY['Adeyemi', 'Berg', 'Costa', 'Dubois', 'Ekström', 'Fischer', 'García', 'Horvat', 'Ivanov', 'Jensen', 'Kaya',
                            'Lindqvist', 'Moreau', 'Novak', 'O''Brien', 'Popescu', 'Rossi', 'Schmidt', 'Tanaka', 'Weiß'])[1 + pg_temp.pick(n, 10, 20)] AS last) AS names
ORDER BY n;

INSERT INTO addresses (customer_id, kind, street, city, postal_code, country)
SELECT n, kind,
       format('%s %s', (ARRAY['Mill Lane', 'Station Road', 'Hafenstraße', 'Rue de l''Église', 'Via Roma', 'Park #2, Ring'])[1 + pg_temp.pick(n + k, 11, 6)],
              1 + pg_temp.pick(n + k, 12, 180)),
       city, lpad((1000 + pg_temp.pick(n + k, 13, 90000))::text, 5, '0'), country
FROM generate_series(1, 2000) AS n,
     LATERAL (VALUES (1, 'home'::address_kind, true), (2, 'billing', n % 3 = 0), (3, 'work', n % 5 = 0)) AS kinds (k, kind, has),
     LATERAL (SELECT (ARRAY['Berlin', 'Lyon', 'Porto', 'Malmö', 'İzmir'])[1 + (n + k) % 5] AS city,
                     (ARRAY['DE', 'FR', 'PT', 'SE', 'TR'])[1 + (n + k) % 5] AS country) AS places
WHERE has
ORDER BY n, k;

-- The older, the further along; one in 25 was cancelled, and carts that were never sent are drafts.
INSERT INTO orders (customer_id, rep_id, status, gift, note, placed_at, shipped_at)
SELECT 1 + pg_temp.pick(n, 14, 2000),
       CASE WHEN n % 5 < 2 THEN 1 + pg_temp.pick(n, 15, 8) END,
       status, n % 11 = 0,
       CASE n % 9 WHEN 0 THEN 'Please ring twice.' WHEN 4 THEN 'Leave it with the neighbour: "Café Ümit", 2nd door' END,
       placed_at,
       CASE WHEN status IN ('SHIPPED', 'DELIVERED') THEN placed_at + (24 + n % 48) * interval '1 hour' END
FROM generate_series(1, 8000) AS n,
     LATERAL (SELECT (CASE WHEN n % 25 = 0 THEN 'CANCELLED' WHEN n % 40 = 7 THEN 'DRAFT' WHEN n <= 7200 THEN 'DELIVERED'
                           WHEN n <= 7500 THEN 'SHIPPED' WHEN n <= 7800 THEN 'PAID' ELSE 'NEW' END)::order_status AS status,
                     timestamptz '2024-02-01 06:30:00+00' + n * interval '1 hour 58 minutes 3.141593 seconds' AS placed_at) AS facts
ORDER BY n;

INSERT INTO order_lines (order_id, line_no, product_id, quantity, unit_price)
SELECT n, line, p.id, 1 + pg_temp.pick(n * 8 + line, 16, 3), p.price
FROM generate_series(1, 8000) AS n
     CROSS JOIN LATERAL generate_series(1, 1 + pg_temp.pick(n, 17, 4)) AS line
     JOIN products AS p ON p.id = 1 + pg_temp.pick(n * 8 + line, 18, 500);

UPDATE orders SET total = lines.total
FROM (SELECT order_id, sum(quantity * unit_price) AS total FROM order_lines GROUP BY order_id) AS lines
WHERE lines.order_id = orders.id;

ANALYZE;
