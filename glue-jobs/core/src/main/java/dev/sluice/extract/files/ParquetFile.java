package dev.sluice.extract.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.time.Instant;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/** The rows of a Parquet file, by the schema it carries. */
final class ParquetFile implements OpenFile {

    private static final JsonNodeFactory NODES = JsonValues.JSON.getNodeFactory();
    private static final long JULIAN_DAY_OF_EPOCH = 2_440_588;
    private static final long SECONDS_OF_DAY = 86_400;

    private final ParquetReader<Group> rows;
    private long number;

    ParquetFile(Storage storage, String uri) throws IOException {
        this.rows = ParquetReader.builder(new GroupReadSupport(), new Path(uri))
                .withConf(storage.configuration())
                .build();
    }

    @Override
    public FileRecord next() throws IOException, MalformedFileException {
        try {
            Group row = rows.read();
            if (row == null) {
                return null;
            }
            number++;
            return FileRecord.of(number, JsonValues.of(object(row)));
        } catch (RuntimeException failure) {
            throw new MalformedFileException(
                    "after row " + number + ": no Parquet file, or one that is damaged", failure);
        }
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }

    private static ObjectNode object(Group group) {
        ObjectNode object = NODES.objectNode();
        GroupType type = group.getType();
        for (int field = 0; field < type.getFieldCount(); field++) {
            object.set(type.getFieldName(field), field(group, field));
        }
        return object;
    }

    private static JsonNode field(Group group, int field) {
        Type type = group.getType().getType(field);
        int values = group.getFieldRepetitionCount(field);
        if (type.isRepetition(Type.Repetition.REPEATED)) {
            ArrayNode array = NODES.arrayNode();
            for (int index = 0; index < values; index++) {
                array.add(value(group, field, index));
            }
            return array;
        }
        return values == 0 ? NODES.nullNode() : value(group, field, 0);
    }

    private static JsonNode value(Group group, int field, int index) {
        Type type = group.getType().getType(field);
        if (type.isPrimitive()) {
            return primitive(group, field, index, type.asPrimitiveType());
        }
        Group nested = group.getGroup(field, index);
        LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
        if (logical instanceof ListLogicalTypeAnnotation) {
            return list(nested);
        }
        return logical instanceof MapLogicalTypeAnnotation ? map(nested) : object(nested);
    }

    /** A list is a repeated group of one field, or by older writers a repeated value. */
    private static JsonNode list(Group group) {
        ArrayNode array = NODES.arrayNode();
        Type repeated = group.getType().getType(0);
        boolean wrapped = !repeated.isPrimitive() && repeated.asGroupType().getFieldCount() == 1;
        for (int index = 0; index < group.getFieldRepetitionCount(0); index++) {
            array.add(wrapped ? field(group.getGroup(0, index), 0) : value(group, 0, index));
        }
        return array;
    }

    private static JsonNode map(Group group) {
        ObjectNode object = NODES.objectNode();
        for (int index = 0; index < group.getFieldRepetitionCount(0); index++) {
            Group entry = group.getGroup(0, index);
            object.set(JsonValues.text(field(entry, 0)), field(entry, 1));
        }
        return object;
    }

    private static JsonNode primitive(Group group, int field, int index, PrimitiveType type) {
        LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
        return switch (type.getPrimitiveTypeName()) {
            case BOOLEAN -> NODES.booleanNode(group.getBoolean(field, index));
            case FLOAT -> NODES.textNode(Float.toString(group.getFloat(field, index)));
            case DOUBLE -> NODES.textNode(Double.toString(group.getDouble(field, index)));
            case INT32 -> integer(group.getInteger(field, index), logical);
            case INT64 -> integer(group.getLong(field, index), logical);
            case INT96 -> NODES.textNode(julian(group.getInt96(field, index)));
            case BINARY, FIXED_LEN_BYTE_ARRAY -> binary(group.getBinary(field, index), logical);
        };
    }

    private static JsonNode integer(long value, LogicalTypeAnnotation logical) {
        if (logical instanceof DateLogicalTypeAnnotation) {
            return NODES.textNode(TypedValues.date(value));
        }
        if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
            return DecimalNode.valueOf(new BigDecimal(BigInteger.valueOf(value), decimal.getScale()));
        }
        if (logical instanceof TimestampLogicalTypeAnnotation timestamp) {
            long perSecond = perSecond(timestamp.getUnit());
            return NODES.textNode(
                    timestamp.isAdjustedToUTC()
                            ? TypedValues.instant(value, perSecond)
                            : TypedValues.wallClock(value, perSecond));
        }
        if (logical instanceof TimeLogicalTypeAnnotation time) {
            return NODES.textNode(TypedValues.time(value * (1_000_000_000 / perSecond(time.getUnit()))));
        }
        if (logical instanceof IntLogicalTypeAnnotation integer && !integer.isSigned()) {
            return integer.getBitWidth() == Long.SIZE
                    ? NODES.textNode(Long.toUnsignedString(value))
                    : NODES.numberNode(Integer.toUnsignedLong((int) value));
        }
        return NODES.numberNode(value);
    }

    private static long perSecond(TimeUnit unit) {
        return switch (unit) {
            case MILLIS -> 1000;
            case MICROS -> 1_000_000;
            case NANOS -> 1_000_000_000;
        };
    }

    private static JsonNode binary(Binary value, LogicalTypeAnnotation logical) {
        if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
            return DecimalNode.valueOf(new BigDecimal(new BigInteger(value.getBytes()), decimal.getScale()));
        }
        boolean text = logical instanceof StringLogicalTypeAnnotation
                || logical instanceof EnumLogicalTypeAnnotation
                || logical instanceof JsonLogicalTypeAnnotation;
        return NODES.textNode(text ? value.toStringUsingUTF8() : TypedValues.hexadecimal(value.getBytes()));
    }

    /** The older form of a timestamp: nanoseconds of a Julian day, in UTC. */
    private static String julian(Binary value) {
        var buffer = value.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        long nanos = buffer.getLong();
        long day = buffer.getInt() - JULIAN_DAY_OF_EPOCH;
        return Instant.ofEpochSecond(day * SECONDS_OF_DAY, nanos).toString();
    }
}
