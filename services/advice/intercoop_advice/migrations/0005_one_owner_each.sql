-- The co-operatives that can be asked. An id has one owner, so that there is nothing to choose.
CREATE VIEW cooperatives AS
SELECT * FROM known_organisations WHERE kind = 'cooperative' AND left_on IS NULL;
-- A process of the version before may run beside this one in an upgrade, and calls the function. Its
-- body is text, so that it follows the columns which the view gets. The next version drops it.
CREATE OR REPLACE FUNCTION cooperatives(own_owner text) RETURNS SETOF known_organisations
LANGUAGE sql STABLE PARALLEL SAFE
AS 'SELECT * FROM cooperatives';
