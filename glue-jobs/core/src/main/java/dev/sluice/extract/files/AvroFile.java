package dev.sluice.extract.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.EOFException;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.InvalidAvroMagicException;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.mapred.FsInput;
import org.apache.hadoop.fs.Path;

/** The records of an Avro container, by the schema it carries. */
final class AvroFile implements OpenFile {

    private static final JsonNodeFactory NODES = JsonValues.JSON.getNodeFactory();

    private final FsInput file;
    private final DataFileReader<GenericRecord> records;
    private long number;

    AvroFile(Storage storage, String uri) throws IOException, MalformedFileException {
        this.file = new FsInput(new Path(uri), storage.configuration());
        try {
            this.records = new DataFileReader<>(file, new GenericDatumReader<>());
        } catch (IOException | AvroRuntimeException failure) {
            file.close();
            boolean unreadable = failure instanceof IOException
                    && !(failure instanceof InvalidAvroMagicException)
                    && !(failure instanceof EOFException)
                    && !(failure.getCause() instanceof EOFException);
            if (unreadable) {
                throw (IOException) failure;
            }
            throw new MalformedFileException("no Avro file, or one whose header is damaged", failure);
        }
        if (records.getSchema().getType() != Schema.Type.RECORD) {
            records.close();
            throw new MalformedFileException("its Avro schema is no record", null);
        }
    }

    @Override
    public FileRecord next() throws IOException, MalformedFileException {
        try {
            if (!records.hasNext()) {
                // A block that breaks off looks like the end to the reader.
                if (records.previousSync() != file.length()) {
                    throw new MalformedFileException("after record " + number + ": it ends too early", null);
                }
                return null;
            }
            number++;
            GenericRecord record = records.next();
            return FileRecord.of(number, JsonValues.of(node(record, record.getSchema())));
        } catch (AvroRuntimeException failure) {
            boolean unreadable =
                    failure.getCause() instanceof IOException cause && cause.getClass() != IOException.class;
            if (unreadable) {
                throw (IOException) failure.getCause();
            }
            throw new MalformedFileException("after record " + number + ": its Avro blocks are damaged", failure);
        }
    }

    @Override
    public void close() throws IOException {
        records.close();
    }

    private static JsonNode node(Object value, Schema schema) {
        if (value == null) {
            return NODES.nullNode();
        }
        return switch (schema.getType()) {
            case RECORD -> {
                ObjectNode object = NODES.objectNode();
                for (Schema.Field field : schema.getFields()) {
                    object.set(field.name(), node(((GenericRecord) value).get(field.pos()), field.schema()));
                }
                yield object;
            }
            case ARRAY -> {
                ArrayNode array = NODES.arrayNode();
                ((Iterable<?>) value).forEach(element -> array.add(node(element, schema.getElementType())));
                yield array;
            }
            case MAP -> {
                ObjectNode object = NODES.objectNode();
                ((Map<?, ?>) value)
                        .forEach((key, element) -> object.set(key.toString(), node(element, schema.getValueType())));
                yield object;
            }
            case UNION -> node(
                    value,
                    schema.getTypes()
                            .get(org.apache.avro.generic.GenericData.get().resolveUnion(schema, value)));
            case BYTES -> bytes(TypedValues.bytes((ByteBuffer) value), schema.getLogicalType());
            case FIXED -> bytes(((GenericFixed) value).bytes(), schema.getLogicalType());
            case INT, LONG -> number(((Number) value).longValue(), schema.getLogicalType());
            case FLOAT -> NODES.textNode(Float.toString((Float) value));
            case DOUBLE -> NODES.textNode(Double.toString((Double) value));
            case BOOLEAN -> NODES.booleanNode((Boolean) value);
            case STRING, ENUM, NULL -> NODES.textNode(value.toString());
        };
    }

    private static JsonNode bytes(byte[] bytes, LogicalType type) {
        return type instanceof LogicalTypes.Decimal decimal
                ? DecimalNode.valueOf(new BigDecimal(new BigInteger(bytes), decimal.getScale()))
                : NODES.textNode(TypedValues.hexadecimal(bytes));
    }

    private static JsonNode number(long value, LogicalType type) {
        String name = type == null ? "" : type.getName();
        return switch (name) {
            case "date" -> NODES.textNode(TypedValues.date(value));
            case "time-millis" -> NODES.textNode(TypedValues.time(value * 1_000_000));
            case "time-micros" -> NODES.textNode(TypedValues.time(value * 1000));
            case "timestamp-millis" -> NODES.textNode(TypedValues.instant(value, 1000));
            case "timestamp-micros" -> NODES.textNode(TypedValues.instant(value, 1_000_000));
            case "local-timestamp-millis" -> NODES.textNode(TypedValues.wallClock(value, 1000));
            case "local-timestamp-micros" -> NODES.textNode(TypedValues.wallClock(value, 1_000_000));
            default -> NODES.numberNode(value);
        };
    }
}
