package dev.sluice.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Streams one partition into the staging table by COPY, and gives back the id of the task attempt that did, which its
 * rows carry. A partition without rows opens no connection. Memory: one buffer of text, however many rows.
 */
final class CopyPartition implements MapPartitionsFunction<Row, Long> {

    private static final long serialVersionUID = 1;
    private static final int BUFFER = 1 << 16;

    private final PostgresConnections connections;
    private final String staging;
    private final CopyField[] fields;

    /** Takes rows of {@code fields} in the order of the staging table's columns, and the operation after them. */
    CopyPartition(PostgresConnections connections, String staging, List<CopyField> fields) {
        this.connections = connections;
        this.staging = staging;
        this.fields = fields.toArray(CopyField[]::new);
    }

    @Override
    public Iterator<Long> call(Iterator<Row> rows) throws SQLException, IOException {
        if (!rows.hasNext()) {
            return Collections.emptyIterator();
        }
        long attempt = TaskContext.get().taskAttemptId();
        try (Connection connection = connections.open()) {
            CopyIn copy = connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("COPY " + staging + " FROM STDIN WITH (FORMAT text, ENCODING 'UTF8')");
            try {
                StringBuilder text = new StringBuilder(BUFFER + BUFFER / 4);
                while (rows.hasNext()) {
                    append(rows.next(), attempt, text);
                    if (text.length() >= BUFFER) {
                        send(copy, text);
                    }
                }
                send(copy, text);
                copy.endCopy();
            } finally {
                if (copy.isActive()) {
                    copy.cancelCopy();
                }
            }
        }
        return List.of(attempt).iterator();
    }

    private void append(Row row, long attempt, StringBuilder text) {
        for (int index = 0; index < fields.length; index++) {
            if (row.isNullAt(index)) {
                text.append("\\N");
            } else {
                fields[index].write(row.get(index), text);
            }
            text.append('\t');
        }
        text.append(row.getString(fields.length)).append('\t').append(attempt).append('\n');
    }

    private static void send(CopyIn copy, StringBuilder text) throws SQLException {
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        copy.writeToCopy(bytes, 0, bytes.length);
        text.setLength(0);
    }
}
