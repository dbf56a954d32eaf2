package dev.sluice.kafka;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.runtime.WorkerConfig;
import org.apache.kafka.connect.runtime.standalone.StandaloneConfig;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.FileOffsetBackingStore;

/**
 * Offsets in a file that is written aside and then put in its place, as those of Kafka Connect in a topic are there whole: the
 * library writes over the file, and a connector that is killed meanwhile begins with a new snapshot.
 */
public final class WholeOffsets extends FileOffsetBackingStore {

    private Path file;

    /** As Debezium makes it. */
    public WholeOffsets() {
        super(converter());
    }

    private static Converter converter() {
        JsonConverter converter = new JsonConverter();
        converter.configure(Map.of("schemas.enable", "false"), true);
        return converter;
    }

    @Override
    public void configure(WorkerConfig config) {
        super.configure(config);
        file = Path.of(config.getString(StandaloneConfig.OFFSET_STORAGE_FILE_FILENAME_CONFIG));
    }

    @Override
    protected void save() {
        Map<byte[], byte[]> raw = new HashMap<>();
        data.forEach((key, value) -> raw.put(bytes(key), bytes(value)));
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            try (ObjectOutputStream out = new ObjectOutputStream(Files.newOutputStream(part))) {
                out.writeObject(raw);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            throw new ConnectException(failure);
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        return buffer == null ? null : buffer.array();
    }
}
