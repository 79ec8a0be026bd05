-- Every item of mapping.yaml: pk, sk and all other attributes.
SELECT 'FILM#' || film_id AS pk, 'FILM' AS sk, jsonb_build_object('_type', 'Film', '_src', 'film#' || film_id,
  'gsi1pk', 'RATING#' || rating, 'gsi1sk', pg_temp.flip(to_char(rental_rate, 'FM00.00')) || '#' || pg_temp.num(film_id),
  'filmId', film_id, 'title', title, 'description', description, 'releaseYear', release_year,
  'language', rtrim(language.name), 'rentalRate', rental_rate, 'length', length, 'rating', rating,
  'specialFeatures', to_jsonb(special_features), 'lastUpdate', pg_temp.iso(film.last_update),
  'categories', categories.list) AS attributes
FROM film JOIN language USING (language_id), LATERAL (
  SELECT coalesce(jsonb_agg(jsonb_build_object('categoryId', category_id, 'name', name) ORDER BY name), '[]') AS list
  FROM film_category JOIN category USING (category_id) WHERE film_category.film_id = film.film_id) AS categories
UNION ALL
SELECT 'ACTOR#' || actor_id, 'ACTOR', jsonb_build_object('_type', 'Actor', '_src', 'actor#' || actor_id,
  'actorId', actor_id, 'firstName', first_name, 'lastName', last_name, 'lastUpdate', pg_temp.iso(last_update))
FROM actor
UNION ALL
SELECT key.pk, key.sk, jsonb_build_object('_type', 'FilmActor', '_src', 'film_actor#' || actor_id || '#' || film_id,
  'actorId', actor_id, 'filmId', film_id, 'lastUpdate', pg_temp.iso(film_actor.last_update), 'filmTitle', film.title,
  'actorFirstName', actor.first_name, 'actorLastName', actor.last_name)
FROM film_actor JOIN film USING (film_id) JOIN actor USING (actor_id), LATERAL (VALUES
  ('FILM#' || film_id, 'ACTOR#' || pg_temp.num(actor_id)),
  ('ACTOR#' || actor_id, 'FILM#' || pg_temp.num(film_id))) AS key (pk, sk)
UNION ALL
SELECT 'CUSTOMER#' || r.customer_id, 'RENTAL#' || pg_temp.at(rental_date) || '#' || pg_temp.num(rental_id),
  jsonb_build_object('_type', 'Rental', '_src', 'rental#' || rental_id, 'rentalId', rental_id,
    'rentalDate', pg_temp.iso(rental_date), 'inventoryId', inventory_id, 'customerId', r.customer_id,
    'returnDate', pg_temp.iso(return_date), 'staffId', staff_id, 'lastUpdate', pg_temp.iso(r.last_update),
    'filmTitle', film.title, 'customerName', c.first_name || ' ' || c.last_name)
FROM rental r JOIN inventory USING (inventory_id) JOIN film USING (film_id) JOIN customer c ON c.customer_id = r.customer_id
UNION ALL
SELECT 'STORE-OPEN#' || inventory.store_id, 'RENTAL#' || pg_temp.at(rental_date) || '#' || pg_temp.num(rental_id),
  jsonb_build_object('_type', 'Rental', '_src', 'rental#' || rental_id, 'rentalId', rental_id, 'filmTitle', film.title,
    'customerName', c.first_name || ' ' || c.last_name, 'rentalDate', pg_temp.iso(rental_date))
FROM rental r JOIN inventory USING (inventory_id) JOIN film USING (film_id) JOIN customer c ON c.customer_id = r.customer_id
WHERE return_date IS NULL
UNION ALL
SELECT key.pk, key.sk, jsonb_build_object('_type', 'Payment', '_src', 'payment#' || payment_id, 'paymentId', payment_id,
  'customerId', customer_id, 'staffId', staff_id, 'rentalId', rental_id, 'amount', amount,
  'paymentDate', pg_temp.iso(payment_date))
FROM payment, LATERAL (VALUES
  ('CUSTOMER#' || customer_id, 'PAYMENT#' || pg_temp.at(payment_date) || '#' || pg_temp.num(payment_id)),
  ('RENTAL#' || rental_id, 'PAYMENT#' || pg_temp.num(payment_id))) AS key (pk, sk)
