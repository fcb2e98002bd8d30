-- Which square degree a position is in, and an index of them in place of a tree of positions. To write
-- that costs the same wherever organisations are; a tree took minutes for a few thousand that are
-- nearly at one place, as one owner may say of its own.
CREATE FUNCTION cell_of(place cube) RETURNS int
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN floor(degrees(asin(greatest(-1, least(1, cube_ll_coord(place, 3))))))::int * 360
    + (floor(degrees(atan2(cube_ll_coord(place, 2), cube_ll_coord(place, 1))))::int + 540) % 360;

CREATE INDEX known_organisations_cell ON known_organisations (cell_of(place));
DROP INDEX known_organisations_place;
