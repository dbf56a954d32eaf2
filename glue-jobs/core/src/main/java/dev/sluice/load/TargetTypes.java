package dev.sluice.load;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;

/** Which PostgreSQL type a curated column becomes, and which ones that exist already it may go into without loss. */
final class TargetTypes {

    private static final Map<DataType, String> CREATED = Map.ofEntries(
            Map.entry(DataTypes.StringType, "text"),
            Map.entry(DataTypes.BooleanType, "boolean"),
            Map.entry(DataTypes.ShortType, "smallint"),
            Map.entry(DataTypes.IntegerType, "integer"),
            Map.entry(DataTypes.LongType, "bigint"),
            Map.entry(DataTypes.FloatType, "real"),
            Map.entry(DataTypes.DoubleType, "double precision"),
            Map.entry(DataTypes.TimestampType, "timestamp with time zone"),
            Map.entry(DataTypes.TimestampNTZType, "timestamp without time zone"),
            Map.entry(DataTypes.DateType, "date"),
            Map.entry(DataTypes.BinaryType, "bytea"));

    /** What text may go into: the database parses it, and refuses what does not fit. */
    private static final Set<String> TEXTUAL = Set.of(
            "text",
            "varchar",
            "bpchar",
            "citext",
            "name",
            "json",
            "jsonb",
            "xml",
            "uuid",
            "inet",
            "cidr",
            "macaddr",
            "macaddr8",
            "bit",
            "varbit",
            "interval",
            "time",
            "timetz",
            "tsvector",
            "ltree",
            "hstore",
            "point",
            "money");

    private static final int NO_MODIFIER = -1;
    private static final int MODIFIER_HEADER = 4;
    private static final int MICROSECONDS = 6;

    private TargetTypes() {}

    /** The type a column is created with; empty where a curated type has no counterpart. */
    static Optional<String> created(DataType type) {
        if (type instanceof DecimalType decimal) {
            return Optional.of("numeric(" + decimal.precision() + "," + decimal.scale() + ")");
        }
        if (type instanceof ArrayType) {
            return Optional.of("jsonb");
        }
        return Optional.ofNullable(CREATED.get(type));
    }

    /**
     * Whether a target column is a narrower number of the kind that curated has now, so that every value it holds is one of
     * the type it would be created with.
     */
    static boolean widens(DataType type, TargetColumn target) {
        if (accepts(type, target) || !target.type().equals(builtIn(target))) {
            return false;
        }
        if (type instanceof DecimalType decimal) {
            int digits = decimal.precision() - decimal.scale();
            return switch (target.base()) {
                case "int2" -> digits >= 5;
                case "int4" -> digits >= 10;
                case "int8" -> digits >= 19;
                case "numeric" -> decimal.scale() >= scale(target) && digits >= precision(target) - scale(target);
                default -> false;
            };
        }
        return switch (target.base()) {
            case "int2" -> Set.of(DataTypes.IntegerType, DataTypes.LongType, DataTypes.DoubleType)
                    .contains(type);
            case "int4" -> Set.of(DataTypes.LongType, DataTypes.DoubleType).contains(type);
            case "float4" -> type.equals(DataTypes.DoubleType);
            default -> false;
        };
    }

    /** The type as the catalog writes it where it is no domain, which has constraints of its own; else nothing. */
    private static String builtIn(TargetColumn target) {
        return switch (target.base()) {
            case "int2" -> "smallint";
            case "int4" -> "integer";
            case "int8" -> "bigint";
            case "float4" -> "real";
            case "numeric" -> target.modifier() == NO_MODIFIER
                    ? "numeric"
                    : "numeric(" + precision(target) + "," + scale(target) + ")";
            default -> "";
        };
    }

    private static int precision(TargetColumn target) {
        return ((target.modifier() - MODIFIER_HEADER) >> 16) & 0xffff;
    }

    private static int scale(TargetColumn target) {
        return (((target.modifier() - MODIFIER_HEADER) & 0x7ff) ^ 1024) - 1024;
    }

    /** Whether every value of a curated column is a value of the target column, or the database refuses it aloud. */
    static boolean accepts(DataType type, TargetColumn target) {
        String base = target.base();
        if (type instanceof DecimalType decimal) {
            return acceptsDecimal(decimal.precision(), decimal.scale(), target);
        }
        if (type instanceof ArrayType) {
            return Set.of("jsonb", "json", "text").contains(base);
        }
        if (type.equals(DataTypes.StringType)) {
            return TEXTUAL.contains(base) || Set.of("e", "r", "m").contains(target.kind()) || base.startsWith("_");
        }
        if (type.equals(DataTypes.BooleanType)) {
            return base.equals("bool");
        }
        if (type.equals(DataTypes.ShortType)) {
            return acceptsDecimal(5, 0, target)
                    || Set.of("int2", "float4", "float8").contains(base);
        }
        if (type.equals(DataTypes.IntegerType)) {
            return acceptsDecimal(10, 0, target) || Set.of("int4", "float8").contains(base);
        }
        if (type.equals(DataTypes.LongType)) {
            return acceptsDecimal(19, 0, target) || base.equals("int8");
        }
        if (type.equals(DataTypes.FloatType)) {
            return Set.of("float4", "float8").contains(base);
        }
        if (type.equals(DataTypes.DoubleType)) {
            return base.equals("float8");
        }
        if (type.equals(DataTypes.TimestampType)) {
            return base.equals("timestamptz") && keepsMicroseconds(target);
        }
        if (type.equals(DataTypes.TimestampNTZType)) {
            return base.equals("timestamp") && keepsMicroseconds(target);
        }
        if (type.equals(DataTypes.DateType)) {
            return base.equals("date");
        }
        return type.equals(DataTypes.BinaryType) && base.equals("bytea");
    }

    private static boolean acceptsDecimal(int precision, int scale, TargetColumn target) {
        switch (target.base()) {
            case "int2":
                return scale == 0 && precision <= 4;
            case "int4":
                return scale == 0 && precision <= 9;
            case "int8":
                return scale == 0 && precision <= 18;
            case "numeric":
                if (target.modifier() == NO_MODIFIER) {
                    return true;
                }
                return scale(target) >= scale && precision(target) - scale(target) >= precision - scale;
            default:
                return false;
        }
    }

    private static boolean keepsMicroseconds(TargetColumn target) {
        return target.modifier() == NO_MODIFIER || target.modifier() == MICROSECONDS;
    }
}
