-- As the chassis' distances: a coordinate that is nearly zero is zero.
CREATE OR REPLACE FUNCTION sphere_point(lat float8, lon float8) RETURNS cube
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN cube(ARRAY[
    cos(radians(zero_if_nearly(lat))) * cos(radians(zero_if_nearly(lon))),
    cos(radians(zero_if_nearly(lat))) * sin(radians(zero_if_nearly(lon))),
    sin(radians(zero_if_nearly(lat)))
]);
