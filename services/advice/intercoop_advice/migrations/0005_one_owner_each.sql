-- The co-operatives that can be asked. An id has one owner, so that there is nothing to choose.
DROP FUNCTION cooperatives(text);
CREATE VIEW cooperatives AS
SELECT * FROM known_organisations WHERE kind = 'cooperative' AND left_on IS NULL;
