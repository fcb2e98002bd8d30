-- A number that is nearly zero has a square that is no number for PostgreSQL ("value out of range:
-- underflow"): one position of another owner made every search by distance fail. Contracts take
-- none nearer to zero than a tenth of a millimetre (1e-9 degrees); what is nearer is zero here too,
-- whoever sends it.
CREATE FUNCTION zero_if_nearly(degrees float8) RETURNS float8
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN abs(degrees) < 1e-9 THEN 0 ELSE degrees END;

CREATE OR REPLACE FUNCTION distance_km(
    from_lat float8, from_lon float8, to_lat float8, to_lon float8
) RETURNS float8
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN 2 * 6371.0088 * asin(sqrt(least(1,
    pow(sin(radians(zero_if_nearly(to_lat - from_lat)) / 2), 2)
    + cos(radians(zero_if_nearly(from_lat))) * cos(radians(zero_if_nearly(to_lat)))
    * pow(sin(radians(zero_if_nearly(to_lon - from_lon)) / 2), 2)
)));
