-- Modality Performed Procedure Steps: what devices report of their work, as they report it.

CREATE TABLE performed_steps (
  id INTEGER PRIMARY KEY,
  sop_instance_uid TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL,             -- IN PROGRESS, COMPLETED, DISCONTINUED
  wrong_entry INTEGER NOT NULL,     -- 1: discontinued because the wrong worklist entry had been chosen
  attributes TEXT NOT NULL,         -- DICOM JSON
  reported_by TEXT NOT NULL,        -- AE@address
  created_at TEXT NOT NULL, changed_at TEXT NOT NULL
) STRICT;
-- the orders that a step is about
CREATE TABLE performed_step_orders (
  performed_step INTEGER NOT NULL REFERENCES performed_steps (id),
  order_id INTEGER NOT NULL REFERENCES orders (id),
  PRIMARY KEY (performed_step, order_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX performed_steps_by_order ON performed_step_orders (order_id);
