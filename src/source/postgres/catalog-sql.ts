/**
 * What discovery asks pg_catalog, five queries whatever the number of tables. Names are compared in "C" order:
 * the same schema always reads the same. Lists come as JSON, since arrays of `name` would have to be parsed.
 */

const ROOTS = `
  SELECT c.oid, n.nspname, c.relname, c.relkind, c.reltuples
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
    AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
    AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
    AND (pg_catalog.has_table_privilege(c.oid, 'SELECT') OR pg_catalog.has_any_column_privilege(c.oid, 'SELECT'))`;

/** root oid, heir oid, of whatever generation: `FROM root` reads their rows too. Partitions are no heirs. */
export const HEIRS = `
  WITH RECURSIVE heirs(root, oid) AS (
    SELECT i.inhparent, i.inhrelid FROM pg_catalog.pg_inherits i
    JOIN pg_catalog.pg_class p ON p.oid = i.inhparent AND p.relkind <> 'p'
    UNION
    SELECT h.root, i.inhrelid FROM heirs h JOIN pg_catalog.pg_inherits i ON i.inhparent = h.oid
  )
  SELECT root, oid FROM heirs`;

/** schema, name, kind, oid, estimate (none: never analysed; a partitioned table is its leaves), heirs. */
export const TABLES = `
  SELECT r.nspname, r.relname, r.relkind, r.oid,
    CASE r.relkind
      WHEN 'v' THEN NULL
      WHEN 'p' THEN (SELECT sum(l.reltuples)::numeric FROM pg_catalog.pg_partition_tree(r.oid) t
        JOIN pg_catalog.pg_class l ON l.oid = t.relid WHERE t.isleaf AND l.reltuples >= 0)
      ELSE (SELECT sum(t.reltuples)::numeric FROM pg_catalog.pg_class t WHERE t.reltuples >= 0
        AND (t.oid = r.oid OR t.oid IN (SELECT h.oid FROM (${HEIRS}) h WHERE h.root = r.oid)))
    END,
    (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('schema', n.nspname, 'name', c.relname)
        ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C")
      FROM (${HEIRS}) h JOIN pg_catalog.pg_class c ON c.oid = h.oid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE h.root = r.oid)
  FROM (${ROOTS}) r
  ORDER BY r.nspname COLLATE "C", r.relname COLLATE "C"`;

/** table oid, name, native type, type oid, type modifier, nullable (an heir may drop NOT NULL), generated, folding collation. */
export const COLUMNS = `
  SELECT a.attrelid, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.atttypid, a.atttypmod,
    NOT a.attnotnull OR EXISTS (SELECT FROM (${HEIRS}) h
      JOIN pg_catalog.pg_attribute own ON own.attrelid = h.oid AND own.attname = a.attname
      WHERE h.root = a.attrelid AND NOT own.attnotnull), a.attgenerated <> '' OR a.attidentity = 'a',
    (SELECT f.collname FROM pg_catalog.pg_collation f WHERE f.oid = a.attcollation AND NOT f.collisdeterministic)
  FROM pg_catalog.pg_attribute a JOIN (${ROOTS}) r ON r.oid = a.attrelid
  WHERE a.attnum > 0 AND NOT a.attisdropped
  ORDER BY a.attrelid, a.attnum`;

/** Types of all columns, what their domains are over, their arrays and composite types hold. */
export const TYPES = `
  WITH RECURSIVE used(oid) AS (
    SELECT a.atttypid FROM pg_catalog.pg_attribute a JOIN (${ROOTS}) r ON r.oid = a.attrelid
    WHERE a.attnum > 0 AND NOT a.attisdropped
    UNION
    SELECT inner_type.oid FROM used JOIN pg_catalog.pg_type t ON t.oid = used.oid
    LEFT JOIN pg_catalog.pg_attribute f ON f.attrelid = t.typrelid AND f.attnum > 0 AND NOT f.attisdropped
    JOIN pg_catalog.pg_type inner_type ON inner_type.oid IN (t.typbasetype, t.typelem, f.atttypid)
  )
  SELECT t.oid, CASE n.nspname WHEN 'pg_catalog' THEN t.typname ELSE n.nspname || '.' || t.typname END,
    CASE WHEN t.typtype = 'd' THEN 'domain' WHEN t.typtype = 'e' THEN 'enum'
      WHEN e.typarray = t.oid THEN 'array' WHEN t.typtype = 'b' THEN 'base' WHEN t.typtype = 'c' THEN 'composite' ELSE 'other' END,
    t.typbasetype, t.typtypmod, t.typelem, t.typdelim,
    (SELECT pg_catalog.json_agg(l.enumlabel ORDER BY l.enumsortorder) FROM pg_catalog.pg_enum l WHERE l.enumtypid = t.oid),
    (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('name', f.attname, 'type', f.atttypid::text, 'modifier', f.atttypmod) ORDER BY f.attnum)
      FROM pg_catalog.pg_attribute f WHERE t.typtype = 'c' AND f.attrelid = t.typrelid AND f.attnum > 0 AND NOT f.attisdropped)
  FROM used JOIN pg_catalog.pg_type t ON t.oid = used.oid JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem`;

/** table oid, index name, primary, unique, columns: B-trees that are valid, whole and over plain columns. */
export const INDEXES = `
  SELECT i.indrelid, x.relname, i.indisprimary, i.indisunique,
    (SELECT pg_catalog.json_agg(a.attname ORDER BY k.place)
     FROM pg_catalog.unnest(i.indkey) WITH ORDINALITY AS k(attnum, place)
     JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
     WHERE k.place <= i.indnkeyatts)
  FROM pg_catalog.pg_index i JOIN (${ROOTS}) r ON r.oid = i.indrelid
  JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
  JOIN pg_catalog.pg_am m ON m.oid = x.relam AND m.amname = 'btree'
  WHERE i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
  ORDER BY i.indrelid, i.indisprimary DESC, x.relname COLLATE "C"`;

/** table oid, name, columns, referenced schema, table, columns. Those of partitions are their parent's. */
export const FOREIGN_KEYS = `
  SELECT c.conrelid, c.conname,
    (SELECT pg_catalog.json_agg(a.attname ORDER BY k.place)
     FROM pg_catalog.unnest(c.conkey) WITH ORDINALITY AS k(attnum, place)
     JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum),
    n.nspname, f.relname,
    (SELECT pg_catalog.json_agg(a.attname ORDER BY k.place)
     FROM pg_catalog.unnest(c.confkey) WITH ORDINALITY AS k(attnum, place)
     JOIN pg_catalog.pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.attnum)
  FROM pg_catalog.pg_constraint c JOIN (${ROOTS}) r ON r.oid = c.conrelid
  JOIN pg_catalog.pg_class f ON f.oid = c.confrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = f.relnamespace
  WHERE c.contype = 'f' AND c.conparentid = 0
  ORDER BY c.conrelid, c.conname COLLATE "C"`;

/** The schema that unqualified names mean, and how many partitions are no roots of their own. */
export const DEFAULTS = `
  SELECT coalesce(pg_catalog.current_schema(), 'public'),
    (SELECT count(*) FROM pg_catalog.pg_class WHERE relispartition AND relkind IN ('r', 'p', 'f'))`;
