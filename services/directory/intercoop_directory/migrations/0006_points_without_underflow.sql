-- As the chassis' distances: a coordinate that is nearly zero is zero.
CREATE OR REPLACE FUNCTION sphere_point(lat float8, lon float8) RETURNS cube
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN cube(ARRAY[
    cos(radians(CASE WHEN abs(lat) < 1e-9 THEN 0 ELSE lat END))
        * cos(radians(CASE WHEN abs(lon) < 1e-9 THEN 0 ELSE lon END)),
    cos(radians(CASE WHEN abs(lat) < 1e-9 THEN 0 ELSE lat END))
        * sin(radians(CASE WHEN abs(lon) < 1e-9 THEN 0 ELSE lon END)),
    sin(radians(CASE WHEN abs(lat) < 1e-9 THEN 0 ELSE lat END))
]);
