-- Parts of names, Patient IDs and Accession Numbers: pieces of one, two and three characters of search_text, as words of
-- hexadecimal code points. Filled a moment after a study has arrived (text-search.ts), never on the way of an image.
CREATE VIRTUAL TABLE study_search USING fts5 (pieces, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');
-- Study Instance UIDs that lie under more than one patient: a task for staff, asked for by every open page.
ALTER TABLE studies ADD COLUMN shares_uid INTEGER NOT NULL DEFAULT 0;
UPDATE studies SET shares_uid = 1 WHERE study_instance_uid IN
  (SELECT study_instance_uid FROM studies GROUP BY study_instance_uid HAVING count(*) > 1);
CREATE INDEX studies_sharing_uid ON studies (study_instance_uid) WHERE shares_uid = 1;
