package dev.sluice.load;

import static dev.sluice.SparkNames.column;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;

/**
 * How a curated column's values are written in the text format of COPY. Dates and instants travel through Spark as
 * numbers, so neither the session's time zone nor its calendar settings touch them.
 */
enum CopyField {
    /** Numbers and booleans, whose Java text PostgreSQL reads, NaN and Infinity included. */
    PLAIN {
        @Override
        void write(Object value, StringBuilder line) {
            line.append(value);
        }
    },
    DECIMAL {
        @Override
        void write(Object value, StringBuilder line) {
            line.append(((BigDecimal) value).toPlainString());
        }
    },
    TEXT {
        @Override
        void write(Object value, StringBuilder line) {
            String text = (String) value;
            for (int index = 0; index < text.length(); index++) {
                char character = text.charAt(index);
                switch (character) {
                    case '\\' -> line.append("\\\\");
                    case '\t' -> line.append("\\t");
                    case '\n' -> line.append("\\n");
                    case '\r' -> line.append("\\r");
                    default -> line.append(character);
                }
            }
        }
    },
    BINARY {
        @Override
        void write(Object value, StringBuilder line) {
            line.append("\\\\x").append(HexFormat.of().formatHex((byte[]) value));
        }
    },
    /** Days since 1970-01-01. */
    DATE {
        @Override
        void write(Object value, StringBuilder line) {
            LocalDate date = LocalDate.ofEpochDay((Integer) value);
            appendDate(date, line);
            appendEra(date, line);
        }
    },
    /** Microseconds since 1970-01-01T00:00:00Z. */
    INSTANT {
        @Override
        void write(Object value, StringBuilder line) {
            long micros = (Long) value;
            LocalDateTime time = LocalDateTime.ofEpochSecond(
                    Math.floorDiv(micros, MICROS), (int) Math.floorMod(micros, MICROS) * 1000, ZoneOffset.UTC);
            appendTime(time, line);
            line.append("+00");
            appendEra(time.toLocalDate(), line);
        }
    },
    WALL_TIME {
        @Override
        void write(Object value, StringBuilder line) {
            LocalDateTime time = (LocalDateTime) value;
            appendTime(time, line);
            appendEra(time.toLocalDate(), line);
        }
    };

    private static final long MICROS = 1_000_000L;
    private static final Map<String, String> JSON = Map.of(
            "timeZone", "UTC",
            "timestampFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX",
            "timestampNTZFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSSSS");

    /** Appends a value that is not NULL. */
    abstract void write(Object value, StringBuilder line);

    static CopyField of(DataType type) {
        if (type instanceof DecimalType) {
            return DECIMAL;
        }
        if (type.equals(DataTypes.StringType) || type instanceof ArrayType) {
            return TEXT;
        }
        if (type.equals(DataTypes.BinaryType)) {
            return BINARY;
        }
        if (type.equals(DataTypes.DateType)) {
            return DATE;
        }
        if (type.equals(DataTypes.TimestampType)) {
            return INSTANT;
        }
        return type.equals(DataTypes.TimestampNTZType) ? WALL_TIME : PLAIN;
    }

    /** The column in the form {@link #write} takes; arrays become JSON. */
    static Column travelling(StructField field) {
        Column column = column(field.name());
        DataType type = field.dataType();
        if (type instanceof ArrayType) {
            return functions.to_json(column, JSON).as(field.name());
        }
        if (type.equals(DataTypes.DateType)) {
            return functions.unix_date(column).as(field.name());
        }
        return type.equals(DataTypes.TimestampType)
                ? functions.unix_micros(column).as(field.name())
                : column;
    }

    private static void appendTime(LocalDateTime time, StringBuilder line) {
        appendDate(time.toLocalDate(), line);
        line.append(' ');
        appendDigits(time.getHour(), 2, line);
        line.append(':');
        appendDigits(time.getMinute(), 2, line);
        line.append(':');
        appendDigits(time.getSecond(), 2, line);
        line.append('.');
        appendDigits(time.getNano() / 1000, 6, line);
    }

    private static void appendDate(LocalDate date, StringBuilder line) {
        int year = date.getYear();
        appendDigits(year > 0 ? year : 1 - year, 4, line);
        line.append('-');
        appendDigits(date.getMonthValue(), 2, line);
        line.append('-');
        appendDigits(date.getDayOfMonth(), 2, line);
    }

    /** PostgreSQL counts no year 0 and writes the years before 1 with an era. */
    private static void appendEra(LocalDate date, StringBuilder line) {
        if (date.getYear() <= 0) {
            line.append(" BC");
        }
    }

    private static void appendDigits(int value, int width, StringBuilder line) {
        String digits = Integer.toString(value);
        line.append("0".repeat(Math.max(0, width - digits.length()))).append(digits);
    }
}
