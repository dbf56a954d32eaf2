package dev.sluice.extract.jdbc;

import static dev.sluice.extract.jdbc.TypeMapping.converted;
import static dev.sluice.extract.jdbc.TypeMapping.timestamp;

import dev.sluice.extract.jdbc.BookmarkColumns.Kind;
import dev.sluice.extract.jdbc.JdbcColumn.Encoding;
import dev.sluice.settings.ColumnType;
import java.util.Optional;

/** The one place that says how each type of SQL Server is carried; one it does not know travels as text, with a note. */
final class SqlServerTypes {

    private static final int MOST_SEQUENCE_DIGITS = 18;

    private SqlServerTypes() {}

    /** A column's type: the base type's name in lower case, and the digits of a decimal. */
    record Type(String name, int precision, int scale) {
        String declared() {
            return name.equals("decimal") || name.equals("numeric") ? name + "(" + precision + "," + scale + ")" : name;
        }
    }

    static TypeMapping map(Type type) {
        return switch (type.name()) {
            case "bit" -> TypeMapping.plain("boolean");
            case "tinyint" -> converted("smallint", "CAST(%s AS smallint)", null);
            case "smallint", "int", "bigint" -> TypeMapping.plain(type.name());
            case "decimal", "numeric" -> TypeMapping.plain("decimal(" + type.precision() + "," + type.scale() + ")");
            case "money" -> converted("decimal(19,4)", "CAST(%s AS decimal(19,4))", null);
            case "smallmoney" -> converted("decimal(10,4)", "CAST(%s AS decimal(10,4))", null);
            case "real" -> TypeMapping.plain("float");
            case "float" -> TypeMapping.plain("double");
            case "date" -> new TypeMapping(
                    value -> "DATEDIFF(day, CAST('1970-01-01' AS date), " + value + ")",
                    ColumnType.of("int"),
                    Encoding.EPOCH_DAYS,
                    ColumnType.of("date"),
                    ColumnType.of("date"),
                    Optional.empty(),
                    Optional.empty());
            case "datetime", "smalldatetime", "datetime2" -> timestamp(
                    SqlServerTypes::micros,
                    Encoding.LOCAL_MICROS,
                    "timestamp_ntz",
                    Optional.of("without time zone: taken as the clock of the source's time-zone"
                            + (type.name().equals("datetime2") ? "; cut to microseconds" : "")));
            case "datetimeoffset" -> timestamp(
                    value -> micros("CAST(SWITCHOFFSET(" + value + ", '+00:00') AS datetime2(7))"),
                    Encoding.EPOCH_MICROS,
                    "timestamp",
                    Optional.of("cut to microseconds; the offset is left out"));
            case "time" -> converted("string", "CONVERT(nvarchar(16), %s, 114)", "time carried as text");
            case "char", "varchar", "nchar", "nvarchar", "text", "ntext", "xml" -> converted(
                    "string", "CAST(%s AS nvarchar(max))", null);
            case "uniqueidentifier" -> converted(
                    "string", "CAST(%s AS nvarchar(36))", "uniqueidentifier carried as its text, in capitals");
            case "binary", "varbinary", "image" -> converted("binary", "CAST(%s AS varbinary(max))", null);
            case "timestamp", "rowversion" -> converted(
                    "bigint", "CAST(%s AS bigint)", "rowversion carried as the number it is; not for a bookmark");
            case "geometry", "geography" -> converted(
                    "binary", "%s.STAsBinary()", type.name() + " carried as well-known binary");
            case "hierarchyid" -> converted("string", "%s.ToString()", "hierarchyid carried as its text");
            default -> converted("string", "CAST(%s AS nvarchar(max))", type.name() + " carried as text");
        };
    }

    /** The kind of bookmark a type can serve as; empty where its values do not order changes. */
    static Optional<Kind> order(Type type) {
        return switch (type.name()) {
            case "datetimeoffset" -> Optional.of(Kind.INSTANT);
            case "datetime", "smalldatetime", "datetime2" -> Optional.of(Kind.WALL_CLOCK);
            case "date" -> Optional.of(Kind.DAY);
            case "tinyint", "smallint", "int", "bigint" -> Optional.of(Kind.SEQUENCE);
            case "decimal", "numeric" -> type.scale() == 0 && type.precision() <= MOST_SEQUENCE_DIGITS
                    ? Optional.of(Kind.SEQUENCE)
                    : Optional.empty();
            default -> Optional.empty();
        };
    }

    /** Microseconds since 1970-01-01T00:00:00 of a date and time, from SQL Server 2016 on; what is finer is cut off. */
    static String micros(String value) {
        return "DATEDIFF_BIG(microsecond, CAST('1970-01-01T00:00:00' AS datetime2(7)), " + value + ")";
    }
}
