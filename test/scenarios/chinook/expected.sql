-- Every item of mapping.yaml: pk, sk and all other attributes.
SELECT 'ARTIST#' || artist_id AS pk, 'ARTIST' AS sk, jsonb_build_object(
  '_type', 'Artist', '_src', 'artist#' || artist_id, 'artistId', artist_id, 'name', name) AS attributes
FROM artist
UNION ALL
SELECT key.pk, key.sk, jsonb_build_object('_type', 'Album', '_src', 'album#' || album_id,
  'albumId', album_id, 'title', title, 'artistId', artist_id, 'artistName', artist.name)
FROM album JOIN artist USING (artist_id), LATERAL (VALUES
  ('ALBUM#' || album_id, 'ALBUM'),
  ('ARTIST#' || artist_id, 'ALBUM#' || pg_temp.txt(title) || '#' || pg_temp.num(album_id))) AS key (pk, sk)
UNION ALL
SELECT key.pk, key.sk, CASE WHEN NOT key.short THEN whole.attributes ELSE jsonb_build_object(
  '_type', 'Track', '_src', 'track#' || track_id, 'trackId', track_id, 'name', track.name,
  'artistName', artist.name, 'milliseconds', milliseconds) END
FROM track LEFT JOIN album USING (album_id) LEFT JOIN artist USING (artist_id)
  LEFT JOIN genre USING (genre_id) LEFT JOIN media_type USING (media_type_id),
  LATERAL (SELECT jsonb_build_object('_type', 'Track', '_src', 'track#' || track_id, 'trackId', track_id,
    'name', track.name, 'albumId', album_id, 'mediaTypeId', media_type_id, 'genreId', genre_id,
    'composer', composer, 'milliseconds', milliseconds, 'bytes', bytes, 'unitPrice', unit_price,
    'albumTitle', album.title, 'artistName', artist.name, 'genre', genre.name, 'mediaType', media_type.name,
    'priceCents', (unit_price * 100)::bigint) AS attributes) AS whole,
  LATERAL (VALUES
    ('TRACK#' || track_id, 'TRACK', false),
    ('ALBUM#' || album_id, 'TRACK#' || pg_temp.num(track_id), false),
    ('GENRE#' || genre_id, 'TRACK#' || pg_temp.txt(track.name) || '#' || pg_temp.num(track_id), true)) AS key (pk, sk, short)
WHERE key.pk IS NOT NULL
UNION ALL
SELECT 'PLAYLIST#' || playlist_id, 'PLAYLIST', jsonb_build_object(
  '_type', 'Playlist', '_src', 'playlist#' || playlist_id, 'playlistId', playlist_id, 'name', name)
FROM playlist
UNION ALL
SELECT key.pk, key.sk, jsonb_build_object('_type', 'PlaylistTrack',
  '_src', 'playlist_track#' || playlist_id || '#' || track_id, 'playlistId', playlist_id, 'trackId', track_id,
  'playlistName', playlist.name, 'trackName', track.name, 'trackMilliseconds', track.milliseconds)
FROM playlist_track JOIN playlist USING (playlist_id) JOIN track USING (track_id), LATERAL (VALUES
  ('PLAYLIST#' || playlist_id, 'TRACK#' || pg_temp.num(track_id)),
  ('TRACK#' || track_id, 'PLAYLIST#' || pg_temp.num(playlist_id))) AS key (pk, sk)
UNION ALL
SELECT 'EMPLOYEE#' || e.employee_id, 'EMPLOYEE', jsonb_build_object('_type', 'Employee',
  '_src', 'employee#' || e.employee_id, 'gsi1pk', 'EMAIL#' || pg_temp.txt(lower(e.email)), 'gsi1sk', 'EMPLOYEE',
  'employeeId', e.employee_id, 'lastName', e.last_name, 'firstName', e.first_name, 'title', e.title,
  'reportsTo', e.reports_to, 'birthDate', pg_temp.iso(e.birth_date), 'hireDate', pg_temp.iso(e.hire_date),
  'address', e.address, 'city', e.city, 'state', e.state, 'country', e.country, 'postalCode', e.postal_code,
  'phone', e.phone, 'fax', e.fax, 'email', e.email, 'managerFirstName', m.first_name, 'managerLastName', m.last_name)
FROM employee e LEFT JOIN employee m ON m.employee_id = e.reports_to
UNION ALL
SELECT 'EMPLOYEE#' || reports_to, 'REPORT#' || pg_temp.txt(last_name) || '#' || pg_temp.num(employee_id),
  jsonb_build_object('_type', 'Employee', '_src', 'employee#' || employee_id, 'employeeId', employee_id,
    'firstName', first_name, 'lastName', last_name, 'title', title)
FROM employee WHERE reports_to IS NOT NULL
UNION ALL
SELECT 'CUSTOMER#' || c.customer_id, 'CUSTOMER', jsonb_build_object('_type', 'Customer',
  '_src', 'customer#' || c.customer_id, 'gsi1pk', 'EMAIL#' || pg_temp.txt(lower(c.email)), 'gsi1sk', 'CUSTOMER',
  'customerId', c.customer_id, 'firstName', c.first_name, 'lastName', c.last_name, 'company', c.company,
  'address', c.address, 'city', c.city, 'state', c.state, 'country', c.country, 'postalCode', c.postal_code,
  'phone', c.phone, 'fax', c.fax, 'email', c.email, 'supportRepId', c.support_rep_id,
  'supportRepFirstName', e.first_name, 'supportRepLastName', e.last_name)
FROM customer c LEFT JOIN employee e ON e.employee_id = c.support_rep_id
UNION ALL
SELECT 'CUSTOMER#' || customer_id, 'INVOICE#' || pg_temp.at(invoice_date) || '#' || pg_temp.num(invoice_id),
  jsonb_build_object('_type', 'Invoice', '_src', 'invoice#' || invoice_id, 'invoiceId', invoice_id,
    'customerId', customer_id, 'invoiceDate', pg_temp.iso(invoice_date), 'billingAddress', billing_address,
    'billingCity', billing_city, 'billingState', billing_state, 'billingCountry', billing_country,
    'billingPostalCode', billing_postal_code, 'total', total,
    'customerName', customer.first_name || ' ' || customer.last_name, 'lineCount', lines.count, 'lines', lines.list)
FROM invoice JOIN customer USING (customer_id), LATERAL (
  SELECT count(*), jsonb_agg(jsonb_build_object('invoiceLineId', invoice_line_id, 'unitPrice', l.unit_price,
    'quantity', quantity, 'trackName', track.name) ORDER BY invoice_line_id) AS list
  FROM invoice_line l JOIN track USING (track_id) WHERE l.invoice_id = invoice.invoice_id) AS lines
UNION ALL
SELECT 'COUNTRY#' || pg_temp.txt(billing_country),
  'INVOICE#' || pg_temp.flip(to_char(total, 'FM00000000.00')) || '#' || pg_temp.num(invoice_id),
  jsonb_build_object('_type', 'Invoice', '_src', 'invoice#' || invoice_id, 'invoiceId', invoice_id, 'total', total,
    'customerName', customer.first_name || ' ' || customer.last_name, 'invoiceDate', pg_temp.iso(invoice_date))
FROM invoice JOIN customer USING (customer_id) WHERE billing_country IS NOT NULL
