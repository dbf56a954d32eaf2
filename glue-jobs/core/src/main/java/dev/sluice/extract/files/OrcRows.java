package dev.sluice.extract.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hive.serde2.io.DateWritable;
import org.apache.hadoop.hive.serde2.io.HiveDecimalWritable;
import org.apache.hadoop.io.BooleanWritable;
import org.apache.hadoop.io.ByteWritable;
import org.apache.hadoop.io.BytesWritable;
import org.apache.hadoop.io.DoubleWritable;
import org.apache.hadoop.io.FloatWritable;
import org.apache.hadoop.io.IntWritable;
import org.apache.hadoop.io.LongWritable;
import org.apache.hadoop.io.ShortWritable;
import org.apache.orc.OrcFile;
import org.apache.orc.Reader;
import org.apache.orc.TypeDescription;
import org.apache.orc.mapred.OrcStruct;
import org.apache.orc.mapred.OrcTimestamp;
import org.apache.orc.mapreduce.OrcMapreduceRecordReader;

/** The rows of an ORC file, by the schema it carries. */
final class OrcRows implements OpenFile {

    private static final JsonNodeFactory NODES = JsonValues.JSON.getNodeFactory();

    private final Reader file;
    private final OrcMapreduceRecordReader<OrcStruct> rows;
    private long number;

    OrcRows(Storage storage, String uri) throws IOException, MalformedFileException {
        try {
            this.file = OrcFile.createReader(
                    new Path(uri),
                    OrcFile.readerOptions(storage.configuration())
                            .useUTCTimestamp(true)
                            .convertToProlepticGregorian(true));
            this.rows = new OrcMapreduceRecordReader<>(file, file.options());
        } catch (FileNotFoundException gone) {
            throw gone;
        } catch (IOException | RuntimeException failure) {
            // ORC says of a bad file what Hadoop says of a bad disk; one that can be opened as bytes is the former.
            storage.open(uri).close();
            throw new MalformedFileException("no ORC file, or one that is damaged", failure);
        }
        if (file.getSchema().getCategory() != TypeDescription.Category.STRUCT) {
            close();
            throw new MalformedFileException("its ORC schema is no struct", null);
        }
    }

    @Override
    public FileRecord next() throws IOException, MalformedFileException {
        try {
            if (!rows.nextKeyValue()) {
                return null;
            }
            number++;
            return FileRecord.of(number, JsonValues.of(node(rows.getCurrentValue(), file.getSchema())));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while reading", interrupted);
        } catch (RuntimeException failure) {
            throw new MalformedFileException("after row " + number + ": its ORC stripes are damaged", failure);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            rows.close();
        } finally {
            file.close();
        }
    }

    private static JsonNode node(Object value, TypeDescription type) {
        if (value == null) {
            return NODES.nullNode();
        }
        List<TypeDescription> children = type.getChildren();
        return switch (type.getCategory()) {
            case STRUCT -> {
                ObjectNode object = NODES.objectNode();
                for (int field = 0; field < children.size(); field++) {
                    object.set(
                            type.getFieldNames().get(field),
                            node(((OrcStruct) value).getFieldValue(field), children.get(field)));
                }
                yield object;
            }
            case LIST -> {
                ArrayNode array = NODES.arrayNode();
                ((List<?>) value).forEach(element -> array.add(node(element, children.get(0))));
                yield array;
            }
            case MAP -> {
                ObjectNode object = NODES.objectNode();
                ((Map<?, ?>) value)
                        .forEach((key, element) -> object.set(
                                JsonValues.text(node(key, children.get(0))), node(element, children.get(1))));
                yield object;
            }
            case BOOLEAN -> NODES.booleanNode(((BooleanWritable) value).get());
            case BYTE -> NODES.numberNode(((ByteWritable) value).get());
            case SHORT -> NODES.numberNode(((ShortWritable) value).get());
            case INT -> NODES.numberNode(((IntWritable) value).get());
            case LONG -> number(((LongWritable) value).get(), type);
            case FLOAT -> NODES.textNode(Float.toString(((FloatWritable) value).get()));
            case DOUBLE -> NODES.textNode(Double.toString(((DoubleWritable) value).get()));
            case DECIMAL -> DecimalNode.valueOf(
                    ((HiveDecimalWritable) value).getHiveDecimal().bigDecimalValue());
            case DATE -> NODES.textNode(TypedValues.date(((DateWritable) value).getDays()));
            case TIMESTAMP -> NODES.textNode(LocalDateTime.ofInstant(((OrcTimestamp) value).toInstant(), ZoneOffset.UTC)
                    .toString());
            case TIMESTAMP_INSTANT -> NODES.textNode(
                    ((OrcTimestamp) value).toInstant().toString());
            case BINARY -> NODES.textNode(TypedValues.hexadecimal(((BytesWritable) value).copyBytes()));
            case STRING, CHAR, VARCHAR, UNION -> NODES.textNode(value.toString());
        };
    }

    /** Spark has no type of ORC for a timestamp without zone, and writes its microseconds. */
    private static JsonNode number(long value, TypeDescription type) {
        return "timestamp_ntz".equals(type.getAttributeValue("spark.sql.catalyst.type"))
                ? NODES.textNode(TypedValues.wallClock(value, 1_000_000))
                : NODES.numberNode(value);
    }
}
