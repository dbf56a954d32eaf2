package dev.sluice.quality;

import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.from_utc_timestamp;
import static org.apache.spark.sql.functions.hex;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.regexp_extract;
import static org.apache.spark.sql.functions.to_utc_timestamp;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import dev.sluice.schema.Casts;
import dev.sluice.settings.ColumnType;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * A checked cast: the value in the target type, and where values can get lost on the way, the condition under which this
 * one did. Never rounds, wraps or truncates silently, but for a timestamp declared as a date. Rests on Spark's
 * casts outside ANSI mode, which give NULL where a text is no value and are checked backwards where they would wrap.
 *
 * @param value NULL where the cast fails
 * @param failed true where a value was there and did not survive; empty where none can fail
 */
record Casting(Column value, Optional<Column> failed) {

    private static final Set<String> REAL = Set.of("float", "double");

    /** A time of day, and a zone or an offset after it. */
    private static final String ZONED = "(?i)\\d:\\d.*(Z|UTC|GMT|UT|[+-]\\d{1,2}(:?\\d{2}){0,2}|[a-z]+/[a-z_/]+)\\s*$";

    /** The first number above an integer type. Spark's cast of it stops one below, and comes back as if it had survived. */
    private static final Map<String, Double> BEYOND = Map.of("smallint", 0x1p15, "int", 0x1p31, "bigint", 0x1p63);

    static Casting of(Column raw, ColumnType from, ColumnType to, ZoneId zone) {
        if (from.equals(to)) {
            return new Casting(raw, Optional.empty());
        }
        if (from.ddl().equals("timestamp_ntz") && to.ddl().equals("timestamp")) {
            return atZone(raw, zone);
        }
        if (from.ddl().equals("timestamp") && to.ddl().equals("timestamp_ntz")) {
            return sure(from_utc_timestamp(raw, zone.getId()).cast("timestamp_ntz"));
        }
        if (to.ddl().equals("string")) {
            return sure(text(raw, from));
        }
        if (to.isArray()) {
            Column parsed = from_json(raw, DataType.fromDDL(to.ddl()), Map.of("mode", "PERMISSIVE"));
            return checked(raw, parsed);
        }
        Column cast = raw.cast(to.ddl());
        if (Casts.lossless(from, to) || from.ddl().startsWith("timestamp")) {
            return checked(raw, cast);
        }
        if (from.ddl().equals("string")) {
            Casting plain = checked(raw, cast);
            if (to.isDecimal()) {
                return roundingFails(raw, plain, to.scale());
            }
            return Set.of("smallint", "int", "bigint").contains(to.ddl()) ? roundingFails(raw, plain, 0) : plain;
        }
        // Back in the raw type the value must be the one it was: no digit was lost.
        Column survived = cast.cast(from.ddl()).eqNullSafe(raw);
        if (REAL.contains(from.ddl()) && BEYOND.containsKey(to.ddl())) {
            survived = survived.and(raw.lt(lit(BEYOND.get(to.ddl()))));
        } else if (REAL.contains(to.ddl()) && BEYOND.containsKey(from.ddl())) {
            survived = survived.and(cast.lt(lit(BEYOND.get(from.ddl()))));
        }
        return new Casting(when(survived, cast), Optional.of(raw.isNotNull().and(not(survived))));
    }

    /** The cast of a file's value: a time without zone is one of the source's clock. */
    static Casting ofText(Column raw, ColumnType from, ColumnType to, ZoneId zone) {
        if (!from.ddl().equals("string") || !to.ddl().equals("timestamp")) {
            return of(raw, from, to, zone);
        }
        Column onClock = atZone(raw.cast("timestamp_ntz"), zone).value();
        return checked(raw, when(raw.rlike(ZONED), raw.cast("timestamp")).otherwise(onClock));
    }

    private static Casting atZone(Column raw, ZoneId zone) {
        Column wallClock = raw.cast("timestamp");
        Column instant = to_utc_timestamp(wallClock, zone.getId());
        // A wall clock that the zone skips comes back as another one.
        Column exists = from_utc_timestamp(instant, zone.getId()).equalTo(wallClock);
        return new Casting(when(exists, instant), Optional.of(raw.isNotNull().and(not(exists))));
    }

    private static Casting roundingFails(Column raw, Casting plain, int scale) {
        Column fraction = regexp_extract(raw, "^\\s*[-+]?\\d*\\.(\\d*?)0*\\s*$", 1);
        Column fits = length(fraction).leq(scale);
        return new Casting(
                when(fits, plain.value()),
                Optional.of(raw.isNotNull().and(plain.value().isNull().or(not(fits)))));
    }

    private static Column text(Column raw, ColumnType from) {
        if (from.isDecimal()) {
            return udf((UDF1<BigDecimal, String>) Casting::plain, DataTypes.StringType)
                    .apply(raw);
        }
        return from.ddl().equals("binary") ? lower(hex(raw)) : raw.cast("string");
    }

    private static String plain(BigDecimal value) {
        return value == null ? null : value.toPlainString();
    }

    private static Casting sure(Column value) {
        return new Casting(value, Optional.empty());
    }

    private static Casting checked(Column raw, Column cast) {
        return new Casting(cast, Optional.of(raw.isNotNull().and(cast.isNull())));
    }
}
