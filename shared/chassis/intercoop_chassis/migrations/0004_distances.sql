-- Great-circle distance between two positions (WGS 84, degrees), in kilometres, by the haversine
-- formula and the Earth's mean radius (IUGG, 6371.0088 km). Null when a position is unknown.
CREATE FUNCTION distance_km(from_lat float8, from_lon float8, to_lat float8, to_lon float8)
RETURNS float8
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN 2 * 6371.0088 * asin(sqrt(least(1,
    pow(sin(radians(to_lat - from_lat) / 2), 2)
    + cos(radians(from_lat)) * cos(radians(to_lat)) * pow(sin(radians(to_lon - from_lon) / 2), 2)
)));
