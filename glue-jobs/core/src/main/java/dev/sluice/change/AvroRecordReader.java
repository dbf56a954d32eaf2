package dev.sluice.change;

import dev.sluice.change.EventType.Kind;
import dev.sluice.change.EventType.Nullability;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/** Avro in Confluent's wire format: a zero byte, the schema's number in four bytes, the value. */
final class AvroRecordReader implements RecordReader {

    /** The bytes before the value. */
    static final int HEADER = 5;

    private static final String CONNECT_NAME = "connect.name";
    private static final String CONNECT_TYPE = "connect.type";
    private static final String CONNECT_PARAMETERS = "connect.parameters";

    private final Map<String, Known> known = new HashMap<>();

    private record Known(Schema schema, EventType type) {}

    /** The number of the schema that a record was written with; empty where it is not in that format. */
    static Optional<Integer> schemaNumber(byte[] bytes) {
        return bytes.length >= HEADER && bytes[0] == 0
                ? Optional.of(ByteBuffer.wrap(bytes).getInt(1))
                : Optional.empty();
    }

    @Override
    public EventValue read(byte[] bytes, Optional<String> schema) throws UnreadableEventException {
        if (schemaNumber(bytes).isEmpty()) {
            throw new UnreadableEventException("is no Avro of a schema registry: it does not begin with a zero byte");
        }
        String text = schema.orElseThrow(
                () -> new UnreadableEventException("has a schema number that the registry does not know: "
                        + schemaNumber(bytes).get()));
        try {
            Known written = known.get(text);
            if (written == null) {
                Schema parsed = new Schema.Parser().parse(text);
                written = new Known(parsed, type(parsed));
                known.put(text, written);
            }
            if (written.type().kind() != Kind.STRUCT) {
                throw new UnreadableEventException("is no record");
            }
            BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes, HEADER, bytes.length - HEADER, null);
            GenericRecord record = new GenericDatumReader<GenericRecord>(written.schema()).read(null, decoder);
            if (!decoder.isEnd()) {
                throw new UnreadableEventException("is longer than its schema says");
            }
            return new EventValue(written.type(), struct(written.type(), record));
        } catch (IOException | AvroRuntimeException | ClassCastException failure) {
            throw new UnreadableEventException("does not fit its Avro schema", failure);
        }
    }

    private static EventType type(Schema schema) throws UnreadableEventException {
        if (schema.getType() == Schema.Type.UNION) {
            List<Schema> others = schema.getTypes().stream()
                    .filter(one -> one.getType() != Schema.Type.NULL)
                    .toList();
            if (others.size() != 1) {
                throw new UnreadableEventException("has a union of several types");
            }
            EventType type = type(others.get(0));
            return new EventType(
                    type.kind(),
                    type.logical(),
                    type.parameters(),
                    Nullability.NULLABLE,
                    type.fields(),
                    type.element());
        }
        List<EventType.Field> fields = new ArrayList<>();
        if (schema.getType() == Schema.Type.RECORD) {
            for (Schema.Field field : schema.getFields()) {
                fields.add(new EventType.Field(field.name(), type(field.schema())));
            }
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        if (schema.getObjectProp(CONNECT_PARAMETERS) instanceof Map<?, ?> given) {
            given.forEach((key, value) -> parameters.put(String.valueOf(key), String.valueOf(value)));
        }
        String logical = Optional.ofNullable(schema.getProp(CONNECT_NAME)).orElse("");
        return new EventType(
                kind(schema),
                logical,
                parameters,
                Nullability.NOT_NULL,
                fields,
                schema.getType() == Schema.Type.ARRAY ? Optional.of(type(schema.getElementType())) : Optional.empty());
    }

    private static Kind kind(Schema schema) throws UnreadableEventException {
        return switch (schema.getType()) {
            case BOOLEAN -> Kind.BOOLEAN;
            case INT -> switch (String.valueOf(schema.getProp(CONNECT_TYPE))) {
                case "int8" -> Kind.INT8;
                case "int16" -> Kind.INT16;
                default -> Kind.INT32;
            };
            case LONG -> Kind.INT64;
            case FLOAT -> Kind.FLOAT32;
            case DOUBLE -> Kind.FLOAT64;
            case STRING, ENUM -> Kind.STRING;
            case BYTES, FIXED -> Kind.BYTES;
            case ARRAY -> Kind.ARRAY;
            case MAP -> Kind.MAP;
            case RECORD -> Kind.STRUCT;
            case UNION, NULL -> throw new UnreadableEventException(
                    "has a value of an unknown type: " + schema.getType());
        };
    }

    private static Map<String, Object> struct(EventType type, GenericRecord record) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (EventType.Field field : type.fields()) {
            values.put(field.name(), value(field.type(), record.get(field.name())));
        }
        return values;
    }

    private static Object value(EventType type, Object value) {
        if (value == null) {
            return null;
        }
        return switch (type.kind()) {
            case BOOLEAN -> value;
            case INT8, INT16, INT32, INT64 -> ((Number) value).longValue();
            case FLOAT32, FLOAT64 -> ((Number) value).doubleValue();
            case STRING -> value.toString();
            case BYTES -> bytes(value);
            case STRUCT -> struct(type, (GenericRecord) value);
            case ARRAY -> {
                List<Object> elements = new ArrayList<>();
                ((Iterable<?>) value)
                        .forEach(element -> elements.add(value(type.element().orElseThrow(), element)));
                yield elements;
            }
            case MAP -> {
                Map<String, Object> entries = new LinkedHashMap<>();
                ((Map<?, ?>) value).forEach((key, one) -> entries.put(key.toString(), String.valueOf(one)));
                yield entries;
            }
        };
    }

    private static byte[] bytes(Object value) {
        if (value instanceof org.apache.avro.generic.GenericFixed fixed) {
            return fixed.bytes();
        }
        ByteBuffer buffer = ((ByteBuffer) value).duplicate();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
